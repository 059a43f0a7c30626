#pragma once

#include <span>

#include "core/geometry.hpp"

namespace geoscribe {

/** Standard deviations of a Gaussian in voxels, one an axis. */
using Sigmas = std::array<double, 3>;

/** Voxels on each side that a Gaussian of this deviation reaches: (nearest odd number to 6 sigma + 0.5, less 1) / 2. */
std::int64_t blurRadius(double sigma);

/**
 * Gaussian blur of one channel [Z, Y, X] in place, axis by axis, its weights normalised to sum 1; the border is mirrored
 * about the centres of the border voxels. Source: batchgeneratorsv2's GaussianBlurTransform.
 */
void blur(std::span<float> channel, const Index3& shape, const Sigmas& sigmas);

}  // namespace geoscribe
