#pragma once

#include "core/elements.hpp"
#include "core/grid.hpp"
#include "core/kernels/kernels.hpp"
#include "core/thread_pool.hpp"
#include "core/tiles.hpp"

namespace geoscribe {

/**
 * 3x3x3 equal-weight mean over the finite voxels that exist, for one box of a volume: 8 to 27 voxels at borders, fewer
 * beside walls. A voxel that is not finite itself becomes NaN.
 *
 * mean = float32(float64(exact sum) / count). The sum is exact before its one rounding, so flips and permutations of
 * the axes give the same bits whatever the exponents. Rows of `output` are `row` floats apart, planes `plane`; it must
 * not overlap the channel.
 */
void smooth_box(const Dims& dims, const Channel& channel, const Box& box, float* output, int64_t row, int64_t plane,
                const Kernels& kernels = best_kernels());

/** The whole volume. */
void smooth(const Dims& dims, const Channel& channel, float* output, const Workers& workers);

}  // namespace geoscribe
