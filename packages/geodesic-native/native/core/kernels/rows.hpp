#pragma once

#include "core/kernels/vec.hpp"

// Loads, stores and sums of rows whose length is no multiple of the lanes.

namespace geoscribe::GEOSCRIBE_ISA {

using ByteVec = uint8_t __attribute__((vector_size(lanes)));
using WordVec = uint16_t __attribute__((vector_size(lanes * 2)));

/** The first `count` lanes from memory, the others 0. */
template <class V, class T>
inline V load_part(const T* at, int count) {
  V value{};
  if (count >= lanes) {
    __builtin_memcpy(&value, at, sizeof value);
  } else {
    __builtin_memcpy(&value, at, static_cast<unsigned long>(count) * sizeof(T));
  }
  return value;
}

template <class V, class T>
inline void store_part(T* at, V value, int count) {
  if (count >= lanes) {
    __builtin_memcpy(at, &value, sizeof value);
  } else {
    __builtin_memcpy(at, &value, static_cast<unsigned long>(count) * sizeof(T));
  }
}

/** Bytes and words as lanes. */
inline IntVec load_integers(const uint8_t* at, int count) {
  return __builtin_convertvector(load_part<ByteVec>(at, count), IntVec);
}

inline IntVec load_integers(const uint16_t* at, int count) {
  return __builtin_convertvector(load_part<WordVec>(at, count), IntVec);
}

inline void store_bytes(uint8_t* at, IntVec value, int count) {
  store_part(at, __builtin_convertvector(value, ByteVec), count);
}

/** Whether some lane of a mask (0 or -1) is set. */
inline bool any(IntVec mask) {
#if defined(__AVX512F__)
  return _mm512_test_epi32_mask(reinterpret_cast<__m512i>(mask), reinterpret_cast<__m512i>(mask)) != 0;
#elif defined(__AVX__)
  return _mm256_movemask_ps(reinterpret_cast<__m256>(mask)) != 0;
#elif defined(__SSE2__)
  return _mm_movemask_ps(reinterpret_cast<__m128>(mask)) != 0;
#else
  int32_t set = 0;
  for (int lane = 0; lane < lanes; ++lane) set |= mask[lane];
  return set != 0;
#endif
}

inline int64_t sum_of(IntVec value) {
  int64_t sum = 0;
  for (int lane = 0; lane < lanes; ++lane) sum += value[lane];
  return sum;
}

/** Sums in float64 of rows, lane = index modulo 8 whatever the instruction set: always the same bits. */
class RowSum {
 public:
  void add(const float* row, int64_t count) {
    int64_t i = 0;
    for (; i + 8 <= count; i += 8) {
      Floats part;
      __builtin_memcpy(&part, row + i, sizeof part);
      sums_ += __builtin_convertvector(part, Doubles);
    }
    if (i == count) return;
    Floats part{};
    __builtin_memcpy(&part, row + i, static_cast<unsigned long>(count - i) * sizeof(float));
    sums_ += __builtin_convertvector(part, Doubles);
  }

  double total() const {
    return ((sums_[0] + sums_[1]) + (sums_[2] + sums_[3])) + ((sums_[4] + sums_[5]) + (sums_[6] + sums_[7]));
  }

 private:
  using Floats = float __attribute__((vector_size(32)));
  using Doubles = double __attribute__((vector_size(64)));

  Doubles sums_{};
};

}  // namespace geoscribe::GEOSCRIBE_ISA
