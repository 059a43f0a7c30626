#pragma once

#include <optional>

#include "core/patch.hpp"

namespace geoscribe {

struct AugmentationSpec {
  bool enabled;
  /** The axis left alone where a patch is anisotropic: rotation in plane, +-180 degrees. */
  std::optional<int> inPlaneAxis;
  std::array<bool, 3> mirror;
};

struct PatchRequest {
  std::size_t caseIndex;
  Index3 center;
  std::uint32_t seed;
};

/** Rotation times scale of a seed; nothing where neither was drawn (the patch is then an exact crop). */
std::optional<Matrix3> drawSpatialMap(const AugmentationSpec& spec, std::uint32_t seed);

/** One augmented training patch; everything random follows from request.seed. The centre voxel is at index shape / 2. */
Patch samplePatch(const CaseView& source, const PatchRequest& request, const Index3& shape, const AugmentationSpec& spec);

}  // namespace geoscribe
