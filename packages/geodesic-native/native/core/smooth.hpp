#pragma once

#include "core/elements.hpp"
#include "core/grid.hpp"
#include "core/tiles.hpp"
#include "core/thread_pool.hpp"

namespace geoscribe {

/**
 * 3x3x3 equal-weight mean over the finite voxels that exist: 8 to 27 of them at borders, fewer beside walls. A voxel
 * that is not finite itself becomes NaN.
 *
 * mean = float32(float64(exact sum) / count). The sum is exact before its one rounding, so flips and permutations of
 * the axes give the same bits whatever the exponents. `output` must not overlap `input`.
 */
void smooth(const Dims& dims, const float* input, float* output, const Workers& workers);

void smooth_box(const Dims& dims, const Channel& channel, const Box& box, float* output, int64_t row, int64_t plane);

}  // namespace geoscribe
