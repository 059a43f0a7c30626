#pragma once

#include <ATen/ATen.h>

#include "core/geometry.hpp"

namespace geoscribe {

/** Whether winogradConvolution takes the convolution, and is likely to be faster than LibTorch's. */
bool takesWinograd(const at::Tensor& input, const at::Tensor& weight, const Index3& stride);

/**
 * Convolution 3 x 3 x 3, stride 1, padding 1, without bias, by Winograd's minimal filtering: tiles of M x M x M output
 * voxels cost (M + 2)^3 products a channel pair instead of 27 M^3. Sums and products are float32.
 *
 * M is 2 for float32 (3.4 times fewer products, rounding as the direct sum) and 4 for bfloat16 (8 times fewer, relative
 * error about 1e-4, far below the rounding of the result to bfloat16).
 *
 * `input` [N, in, Z, Y, X] on the CPU, channels-last, float32 or bfloat16; `weight` [out, in, 3, 3, 3] float32; both channel
 * counts multiples of 16. The same bits for a fixed number of threads; value and gradient of the input for any number.
 * Source: Winograd 1980; A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016.
 */
at::Tensor winogradConvolution(const at::Tensor& input, const at::Tensor& weight);

}  // namespace geoscribe
