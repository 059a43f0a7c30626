#pragma once

#include "core/patch.hpp"

namespace geoscribe {

using Matrix3 = std::array<std::array<double, 3>, 3>;

/**
 * The patch from start to start + shape - 1 seen through a linear map about its centre: the voxel at offset o from the
 * centre is read at centre + map o. Image trilinear with 0 outside, label and confidence nearest, confidence 0 outside.
 */
Patch resamplePatch(const CaseView& source, const Index3& start, const Index3& shape, const Matrix3& map);

}  // namespace geoscribe
