#pragma once

#include <optional>

#include "core/resample_patch.hpp"

namespace geoscribe {

struct AugmentationSpec {
  bool enabled;
  /** The axis left alone where a patch is anisotropic: rotation in plane, +-180 degrees; no scaling, no low resolution along it. */
  std::optional<int> inPlaneAxis;
  std::array<bool, 3> mirror;
  /** Channels that are 0 outside a case's mask, also after the changes; empty: none. */
  std::vector<bool> maskedChannels = {};
};

struct PatchRequest {
  std::size_t caseIndex;
  Index3 center;
  std::uint32_t seed;
};

/**
 * Rotations about the axes by these angles (radians, of axis 0 first), after scaling; `inPlaneAxis` turns by its own
 * angle only and is not scaled. Source: batchgeneratorsv2's SpatialTransform.
 */
Matrix3 spatialMap(const std::array<double, 3>& angles, double scale, std::optional<int> inPlaneAxis);

/** The spatial map of a seed; nothing where neither rotation nor scaling was drawn (the patch is then an exact crop). */
std::optional<Matrix3> drawSpatialMap(const AugmentationSpec& spec, std::uint32_t seed);

/** Noise, blur, brightness, contrast, low resolution, gamma on the negated image and gamma, each with its probability. */
void changeIntensities(Patch& patch, const AugmentationSpec& spec, std::uint32_t seed);

/** One augmented training patch; everything random follows from request.seed. The centre voxel is at index shape / 2. */
Patch samplePatch(const CaseView& source, const PatchRequest& request, const Index3& shape, const AugmentationSpec& spec);

}  // namespace geoscribe
