#pragma once

#include <ATen/ATen.h>

#include "core/geometry.hpp"

namespace geoscribe {

/**
 * Transposed convolution with kernel = stride = `factor`, its result joined with the skip: [N, 2 out, fz Z, fy Y, fx X],
 * written once, without the steps in between. A matrix product gives every input voxel's block of output voxels.
 *
 * `input` [N, in, Z, Y, X] and `skip` [N, out, fz Z, fy Y, fx X] on the CPU, channels-last, of one type; `weight`
 * [out * fz * fy * fx, in, 1, 1, 1] and `bias` [out] as the network stores them, which are cast to that type.
 */
at::Tensor upsampleConcat(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& skip, const Index3& factor);

}  // namespace geoscribe
