#pragma once

// Vectors of the instruction set that a kernel file is being compiled for. Kernel files are compiled once for each
// instruction set, into a namespace of its name (GEOSCRIBE_ISA); they must not use the standard library's templates:
// the linker keeps one copy of an inline function, and it must not be the one with instructions that a CPU lacks.

#include <cstdint>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#ifndef GEOSCRIBE_ISA
#error "compiled once for each instruction set: see CMakeLists.txt"
#endif

namespace geoscribe::GEOSCRIBE_ISA {

#if defined(__AVX512F__)
inline constexpr int lanes = 16;
#elif defined(__AVX__)
inline constexpr int lanes = 8;
#else
inline constexpr int lanes = 4;
#endif

using Vec = float __attribute__((vector_size(lanes * 4)));
using IntVec = int32_t __attribute__((vector_size(lanes * 4)));
using UnalignedVec = float __attribute__((vector_size(lanes * 4), aligned(4)));

inline Vec load(const float* at) { return *reinterpret_cast<const UnalignedVec*>(at); }
inline void store(float* at, Vec value) { *reinterpret_cast<UnalignedVec*>(at) = value; }
/** Past the caches where the instruction set can; `at` is aligned to a vector. `stream_fence` comes after the last. */
inline void stream(float* at, Vec value) {
#if defined(__AVX512F__)
  _mm512_stream_ps(at, reinterpret_cast<__m512>(value));
#elif defined(__AVX__)
  _mm256_stream_ps(at, reinterpret_cast<__m256>(value));
#elif defined(__SSE2__)
  _mm_stream_ps(at, reinterpret_cast<__m128>(value));
#else
  store(at, value);
#endif
}

inline void stream_fence() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

inline Vec all(float value) { return value - Vec{}; }
inline Vec absolute(Vec value) { return reinterpret_cast<Vec>(reinterpret_cast<IntVec>(value) & 0x7fffffff); }

/** b where it is smaller, else a: NaN in b never wins. */
inline Vec smaller(Vec a, Vec b) {
#if defined(__AVX512F__)
  return reinterpret_cast<Vec>(_mm512_min_ps(reinterpret_cast<__m512>(b), reinterpret_cast<__m512>(a)));
#elif defined(__AVX__)
  return reinterpret_cast<Vec>(_mm256_min_ps(reinterpret_cast<__m256>(b), reinterpret_cast<__m256>(a)));
#elif defined(__SSE2__)
  return reinterpret_cast<Vec>(_mm_min_ps(reinterpret_cast<__m128>(b), reinterpret_cast<__m128>(a)));
#else
  return b < a ? b : a;
#endif
}

/** One bit a lane, the lowest for the first: a < b. */
inline unsigned less(Vec a, Vec b) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask(reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b), _CMP_LT_OQ);
#elif defined(__AVX__)
  const __m256 mask = _mm256_cmp_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b), _CMP_LT_OQ);
  return static_cast<unsigned>(_mm256_movemask_ps(mask));
#elif defined(__SSE2__)
  return static_cast<unsigned>(_mm_movemask_ps(_mm_cmplt_ps(reinterpret_cast<__m128>(a), reinterpret_cast<__m128>(b))));
#else
  const IntVec mask = a < b;
  unsigned bits = 0;
  for (int lane = 0; lane < lanes; ++lane) bits |= (mask[lane] != 0 ? 1u : 0u) << lane;
  return bits;
#endif
}

/** Every lane has what the lane below had; the lowest has the highest lane of `below`. */
inline Vec shifted_up(Vec below, Vec value) {
#if defined(__AVX512F__)
  return __builtin_shufflevector(below, value, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
#elif defined(__AVX__)
  return __builtin_shufflevector(below, value, 7, 8, 9, 10, 11, 12, 13, 14);
#else
  return __builtin_shufflevector(below, value, 3, 4, 5, 6);
#endif
}

/** Every lane has what the lane above had; the highest has the lowest lane of `above`. */
inline Vec shifted_down(Vec value, Vec above) {
#if defined(__AVX512F__)
  return __builtin_shufflevector(value, above, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
#elif defined(__AVX__)
  return __builtin_shufflevector(value, above, 1, 2, 3, 4, 5, 6, 7, 8);
#else
  return __builtin_shufflevector(value, above, 1, 2, 3, 4);
#endif
}

/** The least lane; no lane is NaN. */
inline float least_lane(Vec value) {
#if defined(__AVX512F__)
  return _mm512_reduce_min_ps(reinterpret_cast<__m512>(value));
#else
  float least = value[0];
  for (int lane = 1; lane < lanes; ++lane) least = value[lane] < least ? value[lane] : least;
  return least;
#endif
}

}  // namespace geoscribe::GEOSCRIBE_ISA
