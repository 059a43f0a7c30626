#pragma once

#include "core/kernels/vec.hpp"

namespace geoscribe::GEOSCRIBE_ISA {

/**
 * e^x in float32, every operation rounded, in this order and no other: every instruction set, and `exp32` of
 * `src/exp32.ts`, give the same bits. 0 below -87, +Infinity above 88, x is not NaN; at most 1.1 units in the last place off.
 *
 * x = n ln 2 + r with |r| <= ln 2 / 2, ln 2 in two parts whose first one times n is exact; e^r = 1 + r + r^2 q(r), where
 * q interpolates (e^r - 1 - r) / r^2 at the five Chebyshev nodes of that interval.
 */
inline Vec exp32(Vec x) {
  constexpr float per_ln2 = 0x1.715476p+0f, ln2_high = 0x1.62e4p-1f, ln2_low = 0x1.7f7d1cp-20f;
  // Adding it leaves no bits for fractions.
  constexpr float rounder = 0x1.8p+23f;
  const IntVec vanishes = x < -87.0f;
  const IntVec overflows = x > 88.0f;
  const Vec within = vanishes | overflows ? Vec{} : x;
  const Vec rounded = within * per_ln2 + rounder;
  const Vec n = rounded - rounder;
  const Vec r = (within - n * ln2_high) - n * ln2_low;
  Vec q = r * 0x1.6d10fcp-10f + 0x1.120b62p-7f;
  q = q * r + 0x1.55551ap-5f;
  q = q * r + 0x1.5554dep-3f;
  q = q * r + 0.5f;
  const Vec y = (q * (r * r) + r) + 1.0f;
  // The integer n is in the low bits of `rounded`; 2^n has the exponent bits n + 127.
  using Bits = uint32_t __attribute__((vector_size(lanes * 4)));
  const Bits scale = (reinterpret_cast<Bits>(rounded) - 0x4b400000u + 127u) << 23;
  const Vec scaled = y * reinterpret_cast<Vec>(scale);
  return vanishes ? Vec{} : overflows ? all(__builtin_inff()) : scaled;
}

/** G = exp32(-(exp32(D) - 1) / tau): how much a stroke at geodesic distance D says; 0 where unreached. */
inline Vec influence(Vec distance, float tau) { return exp32((1.0f - exp32(distance)) / tau); }

}  // namespace geoscribe::GEOSCRIBE_ISA
