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
  const std::uint8_t* mask = nullptr;  // [Z, Y, X], 0 where the image holds nothing, or null: it holds something everywhere
};

/** Image [channels, Z, Y, X], label and confidence [Z, Y, X] of one training patch. */
struct Patch {
  std::int64_t channels;
  Index3 shape;
  std::vector<float> image;
  std::vector<std::uint8_t> label;
  std::vector<float> confidence;
  /** [Z, Y, X], 0 where the case's mask is and outside the volume; empty for a case without a mask. */
  std::vector<std::uint8_t> valid;
};

/** A patch for the case, all zeros. */
Patch emptyPatch(const CaseView& source, const Index3& shape);

/**
 * The voxels from start to start + shape - 1, bit for bit; outside the volume image, label and confidence are 0.
 */
Patch cropPatch(const CaseView& source, const Index3& start, const Index3& shape);

/** Sets the given channels to 0 where the patch is not valid. */
void zeroInvalid(Patch& patch, const std::vector<bool>& channels);

/** Reverses the given axes of image, label and confidence (`valid` has been used up by then). */
void mirrorPatch(Patch& patch, const std::array<bool, 3>& axes);

}  // namespace geoscribe
