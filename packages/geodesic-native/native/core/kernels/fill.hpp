#pragma once

#include <cstdint>

namespace geoscribe::GEOSCRIBE_ISA {

/** Writes `value` past the caches: for arrays that are far larger than they are. */
void fill(float* values, int64_t count, float value);

}  // namespace geoscribe::GEOSCRIBE_ISA
