#pragma once

// Vectors of the instruction set that a kernel file is being compiled for. Kernel files are compiled once for each
// instruction set, into a namespace of its name (GEOSCRIBE_ISA); they must not use the standard library's templates:
// the linker keeps one copy of an inline function, and it must not be the one with instructions that a CPU lacks.

#include <cstdint>

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
inline Vec all(float value) { return value - Vec{}; }
/** b where it is smaller, else a: NaN in b never wins. */
inline Vec smaller(Vec a, Vec b) { return b < a ? b : a; }
inline Vec absolute(Vec value) { return reinterpret_cast<Vec>(reinterpret_cast<IntVec>(value) & 0x7fffffff); }

}  // namespace geoscribe::GEOSCRIBE_ISA
