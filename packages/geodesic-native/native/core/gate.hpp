#pragma once

#include <limits>

#include "core/elements.hpp"
#include "core/thread_pool.hpp"

namespace geoscribe {

enum class GateRule { none, robust, reference };

/** Smoothed intensities of one channel that a step may enter: low <= I~ <= high. */
struct Gate {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  bool admits(float smoothed) const { return low <= smoothed && smoothed <= high; }
};

/**
 * `robust`: the 0.5th and 99.5th percentile of the channel's finite voxels before smoothing (linear interpolation at
 * rank q * (n - 1), as numpy's default), moved towards each other by 5 % of their distance. `reference`: least and
 * greatest value, moved likewise. `none`, or no finite voxel: everything is admitted.
 */
Gate gate_of(GateRule rule, const Channel& channel, int64_t size, const Workers& workers);

}  // namespace geoscribe
