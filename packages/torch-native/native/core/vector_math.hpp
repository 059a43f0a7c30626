#pragma once

#include <bit>
#include <cstdint>

namespace geoscribe {

/**
 * Elementary functions in float32 that a compiler can use in the lanes of a vector register, without branches and tables.
 * Polynomials of Moshier's Cephes (logf, expf, sinf, cosf); relative errors of a few 1e-7.
 */

/** Natural logarithm of a normal number above 0. */
inline float vectorLog(float value) {
  // value = 2^exponent * m with m in [sqrt(1/2), sqrt(2)).
  constexpr std::uint32_t halfRoot = 0x3F3504F3;
  const std::uint32_t shifted = std::bit_cast<std::uint32_t>(value) - halfRoot;
  const auto exponent = static_cast<float>(static_cast<std::int32_t>(shifted) >> 23);
  const float x = std::bit_cast<float>((shifted & 0x007FFFFFU) + halfRoot) - 1.0F;
  const float z = x * x;
  float y = 7.0376836292e-2F;
  y = y * x - 1.1514610310e-1F;
  y = y * x + 1.1676998740e-1F;
  y = y * x - 1.2420140846e-1F;
  y = y * x + 1.4249322787e-1F;
  y = y * x - 1.6668057665e-1F;
  y = y * x + 2.0000714765e-1F;
  y = y * x - 2.4999993993e-1F;
  y = y * x + 3.3333331174e-1F;
  y = y * x * z - 2.12194440e-4F * exponent - 0.5F * z;
  return x + y + 0.693359375F * exponent;
}

/** e^value for values from -87 to 87. */
inline float vectorExp(float value) {
  // Adding and subtracting 1.5 * 2^23 rounds to the nearest whole number.
  constexpr float rounding = 12582912.0F;
  const float shifted = value * 1.44269504088896341F + rounding;
  const float whole = shifted - rounding;
  float r = value - whole * 0.693359375F;
  r = r + whole * 2.12194440e-4F;
  float y = 1.9875691500e-4F;
  y = y * r + 1.3981999507e-3F;
  y = y * r + 8.3334519073e-3F;
  y = y * r + 4.1665795894e-2F;
  y = y * r + 1.6666665459e-1F;
  y = y * r + 5.0000001201e-1F;
  y = y * r * r + r + 1.0F;
  return y * std::bit_cast<float>((static_cast<std::int32_t>(whole) + 127) << 23);
}

struct SineCosine {
  float sine;
  float cosine;
};

/** Of the angle 2 pi (bits / 2^32) - pi / 4: every bit pattern is equally likely to be any angle. */
inline SineCosine vectorSineCosine(std::uint32_t bits) {
  // The first two bits are the quadrant, the others where in it, from -1/2 to 1/2 of a quarter turn about its middle.
  const std::uint32_t quadrant = bits >> 30;
  const float x = (static_cast<float>((bits << 2) >> 8) * 0x1p-24F - 0.5F) * 1.57079632679489662F;
  const float z = x * x;
  const float sine = ((-1.9515295891e-4F * z + 8.3321608736e-3F) * z - 1.6666654611e-1F) * z * x + x;
  const float cosine = ((2.443315711809948e-5F * z - 1.388731625493765e-3F) * z + 4.166664568298827e-2F) * z * z - 0.5F * z + 1.0F;
  const bool swapped = (quadrant & 1U) != 0;
  const float first = swapped ? cosine : sine, second = swapped ? sine : cosine;
  return {quadrant >= 2 ? -first : first, quadrant == 1 || quadrant == 2 ? -second : second};
}

}  // namespace geoscribe
