#pragma once

#include <ATen/ATen.h>

#include <bit>
#include <cstdint>
#include <cstring>

namespace geoscribe {

/**
 * 64 bytes of numbers to compute with, read from and written to a storage type: 16 float32 for float32 and bfloat16,
 * 8 float64 for float64. Part loads fill with 0. The compiler makes of it what the machine has.
 */
template <typename T>
struct Lanes;

template <>
struct Lanes<double> {
  using Real = double;
  static constexpr std::int64_t width = 8;
  typedef double Vector __attribute__((vector_size(64)));
  static Vector load(const double* from) {
    Vector v;
    std::memcpy(&v, from, sizeof v);
    return v;
  }
  static void store(double* to, Vector v) { std::memcpy(to, &v, sizeof v); }
};

template <>
struct Lanes<float> {
  using Real = float;
  static constexpr std::int64_t width = 16;
  typedef float Vector __attribute__((vector_size(64)));
  static Vector load(const float* from) {
    Vector v;
    std::memcpy(&v, from, sizeof v);
    return v;
  }
  static void store(float* to, Vector v) { std::memcpy(to, &v, sizeof v); }
};

template <>
struct Lanes<at::BFloat16> {
  using Real = float;
  static constexpr std::int64_t width = 16;
  typedef float Vector __attribute__((vector_size(64)));
  typedef std::uint32_t Bits __attribute__((vector_size(64)));
  typedef std::uint16_t Half __attribute__((vector_size(32)));
  static Vector load(const at::BFloat16* from) {
    Half half;
    std::memcpy(&half, from, sizeof half);
    const Bits bits = __builtin_convertvector(half, Bits) << 16;
    return std::bit_cast<Vector>(bits);
  }
  /** Rounds to nearest even; NaN stays NaN. */
  static void store(at::BFloat16* to, Vector v) {
    const Bits bits = std::bit_cast<Bits>(v);
    const Bits rounded = (bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16;
    const Bits kept = v == v ? rounded : Bits{} + 0x7fc0U;
    const Half half = __builtin_convertvector(kept, Half);
    std::memcpy(to, &half, sizeof half);
  }
};

template <typename T>
typename Lanes<T>::Vector loadPart(const T* from, std::int64_t count) {
  if (count >= Lanes<T>::width) return Lanes<T>::load(from);
  T padded[Lanes<T>::width] = {};
  for (std::int64_t i = 0; i < count; ++i) padded[i] = from[i];
  return Lanes<T>::load(padded);
}

template <typename T>
void storePart(T* to, typename Lanes<T>::Vector v, std::int64_t count) {
  if (count >= Lanes<T>::width) return Lanes<T>::store(to, v);
  T padded[Lanes<T>::width];
  Lanes<T>::store(padded, v);
  for (std::int64_t i = 0; i < count; ++i) to[i] = padded[i];
}

}  // namespace geoscribe
