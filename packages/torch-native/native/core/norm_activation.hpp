#pragma once

#include <ATen/ATen.h>

namespace geoscribe {

/**
 * InstanceNorm (eps 1e-5) over the voxels of one sample, scale and shift per channel, then LeakyReLU (0.01), in one pass
 * over memory per reading:  y = leaky(scale (x - mean) / sqrt(var + eps) + shift).
 *
 * `input` [N, C, Z, Y, X] on the CPU, channels-last, float32, bfloat16 or float64; statistics in at least float32, the same
 * bits for any number of threads. Keeps only `input` and its statistics for the backward pass.
 */
at::Tensor normActivation(const at::Tensor& input, const at::Tensor& scale, const at::Tensor& shift);

}  // namespace geoscribe
