#pragma once

#include <optional>
#include <span>

#include "core/geometry.hpp"

namespace geoscribe {

/** Sizes of the coarse grid: zoom * size rounded half to even, at least 1; the axis `keep` as it is. */
Index3 coarseShape(const Index3& shape, double zoom, std::optional<int> keep);

/**
 * One channel [Z, Y, X] as a coarser scanner would have seen it, in place: nearest samples on the coarse grid, enlarged
 * again by linear interpolation; centres of voxels at half pixels on both. Source: batchgeneratorsv2's
 * SimulateLowResolutionTransform (`nearest-exact`, then `trilinear`).
 */
void lowerResolution(std::span<float> channel, const Index3& shape, const Index3& coarse);

}  // namespace geoscribe
