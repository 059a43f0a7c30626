#pragma once

#include <cstdint>

#include "core/distance.hpp"
#include "core/thread_pool.hpp"

namespace geoscribe {

struct FixedPoint {
  /** Voxels whose distance is not what their neighbours say. */
  int64_t violations;
  /** Flat index of the first of them; meaningless without any. */
  int64_t first;
};

/**
 * Certificate of exactness, O(n) and without an oracle: every seed has 0, every wall and everything beyond the cutoff
 * +Infinity, every other voxel the least of its neighbours plus step, bit for bit. `seeds` are ascending.
 */
FixedPoint verify_fixed_point(const Terrain& terrain, const ClassCost& cost, const std::vector<int64_t>& seeds,
                              const float* distance, const Workers& workers);

}  // namespace geoscribe
