#pragma once

#include <ATen/ATen.h>

#include <bit>
#include <cstdint>
#include <cstring>

namespace geoscribe {

/** Bytes of the machine's vectors; wider ones than it has are compiled badly. */
#ifdef __AVX512F__
constexpr int laneBytes = 64;
#else
constexpr int laneBytes = 32;
#endif

/** The vector types of one size. */
template <int Bytes>
struct VectorTypes;
template <>
struct VectorTypes<64> {
  typedef double Doubles __attribute__((vector_size(64)));
  typedef float Floats __attribute__((vector_size(64)));
  typedef std::uint32_t Bits __attribute__((vector_size(64)));
  typedef std::uint16_t Halves __attribute__((vector_size(32)));
};
template <>
struct VectorTypes<32> {
  typedef double Doubles __attribute__((vector_size(32)));
  typedef float Floats __attribute__((vector_size(32)));
  typedef std::uint32_t Bits __attribute__((vector_size(32)));
  typedef std::uint16_t Halves __attribute__((vector_size(16)));
};

/** Numbers that are computed with as they are stored. */
template <typename T, typename V>
struct PlainLanes {
  using Real = T;
  using Vector = V;
  static constexpr std::int64_t width = sizeof(V) / sizeof(T);
  static Vector load(const T* from) {
    Vector v;
    std::memcpy(&v, from, sizeof v);
    return v;
  }
  static void store(T* to, Vector v) { std::memcpy(to, &v, sizeof v); }
};

/** bfloat16 in memory, float32 in the vector. */
template <typename Types>
struct Bfloat16Lanes {
  using Real = float;
  using Vector = typename Types::Floats;
  using Bits = typename Types::Bits;
  using Halves = typename Types::Halves;
  static constexpr std::int64_t width = sizeof(Vector) / sizeof(float);
  static Vector load(const at::BFloat16* from) {
    Halves half;
    std::memcpy(&half, from, sizeof half);
    const Bits bits = __builtin_convertvector(half, Bits) << 16;
    return std::bit_cast<Vector>(bits);
  }
  /** Rounds to nearest even; NaN stays NaN. */
  static void store(at::BFloat16* to, Vector v) {
    const Bits bits = std::bit_cast<Bits>(v);
    const Bits rounded = (bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16;
    const Bits kept = v == v ? rounded : Bits{} + 0x7fc0U;
    const Halves half = __builtin_convertvector(kept, Halves);
    std::memcpy(to, &half, sizeof half);
  }
};

/**
 * A vector of numbers to compute with, read from and written to a storage type: of float32 for float32 and bfloat16, of
 * float64 for float64. Its size is an argument, so that code for different instructions has different names.
 */
template <typename T, int Bytes = laneBytes>
struct Lanes;
template <int Bytes>
struct Lanes<double, Bytes> : PlainLanes<double, typename VectorTypes<Bytes>::Doubles> {};
template <int Bytes>
struct Lanes<float, Bytes> : PlainLanes<float, typename VectorTypes<Bytes>::Floats> {};
template <int Bytes>
struct Lanes<at::BFloat16, Bytes> : Bfloat16Lanes<VectorTypes<Bytes>> {};

/** The first `count` numbers, 0 beyond. */
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
