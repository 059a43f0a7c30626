#pragma once

#include <array>
#include <cstdint>

namespace geoscribe {

/** Sizes or indices in tensor order z, y, x (x is fastest in memory). */
using Index3 = std::array<std::int64_t, 3>;

inline std::int64_t voxelCount(const Index3& shape) { return shape[0] * shape[1] * shape[2]; }

}  // namespace geoscribe
