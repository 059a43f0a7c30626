#pragma once

#include <array>
#include <vector>

#include "core/geometry.hpp"

namespace geoscribe {

/** A case as training reads it; memory belongs to the caller (it may be memory-mapped). */
struct CaseView {
  const float* image;  // [channels, Z, Y, X]
  std::int64_t channels;
  Index3 shape;
  const std::uint8_t* label;  // [Z, Y, X]
  const float* confidence;    // [Z, Y, X] or null: 1 everywhere
};

/** Image [channels, Z, Y, X], label and confidence [Z, Y, X] of one training patch. */
struct Patch {
  std::int64_t channels;
  Index3 shape;
  std::vector<float> image;
  std::vector<std::uint8_t> label;
  std::vector<float> confidence;
};

/** All zeros. */
Patch emptyPatch(std::int64_t channels, const Index3& shape);

/**
 * The voxels from start to start + shape - 1, bit for bit; outside the volume image, label and confidence are 0.
 */
Patch cropPatch(const CaseView& source, const Index3& start, const Index3& shape);

/** Reverses the given axes of image, label and confidence. */
void mirrorPatch(Patch& patch, const std::array<bool, 3>& axes);

}  // namespace geoscribe
