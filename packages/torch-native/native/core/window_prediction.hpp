#pragma once

#include <functional>
#include <vector>

#include "core/network.hpp"
#include "core/precision.hpp"

namespace geoscribe {

/** A volume to be predicted by windows; where the windows lie is the caller's decision. */
struct WindowTask {
  /** [channels, shape], float32, on the CPU. */
  const float* image;
  Index3 shape;
  /** Size of every window. */
  Index3 patch;
  /** First voxels of the windows; a window may leave the volume, what lies outside reads as 0. */
  std::vector<Index3> starts;
  /** Axes to mirror, one entry for each copy of a window that is predicted. */
  std::vector<std::array<bool, 3>> flips;
  /** [patch], > 0. */
  const float* importance;
  /** Copies of windows that are predicted at once. */
  std::int64_t batch;
  /** Class probabilities p become p^(1 / temperature), normalised. */
  double temperature;
  /** [classes, shape]: receives the probabilities. */
  float* probability;
};

/**
 * Mean of the softmax over all windows, weighted by their importance; softmax and sums in float32 on the network's device.
 * `onDone(n)` hears how many copies of windows are done and answers whether to go on. Returns whether all were done.
 * Holds classes + 1 arrays of the volume; on another device than the CPU the image besides.
 */
bool predictWindows(const Network& network, at::Device device, Precision precision, const WindowTask& task,
                    const std::function<bool(std::size_t)>& onDone);

}  // namespace geoscribe
