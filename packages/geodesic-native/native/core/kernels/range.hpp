#pragma once

#include <cstdint>

namespace geoscribe::GEOSCRIBE_ISA {

/** Index of the first value below `low` or above `high`, or -1; NaN is neither. */
int64_t first_outside(const float* values, int64_t count, float low, float high);

}  // namespace geoscribe::GEOSCRIBE_ISA
