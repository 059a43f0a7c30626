#pragma once

#include <ATen/ATen.h>

namespace geoscribe {

/** The arithmetic of winogradConvolution without gradients recorded; tensors as there. */
struct WinogradKernels {
  /** `reversed`: with taps and the roles of the channels turned, which gives the gradient of the input from that of the result. */
  at::Tensor (*convolve)(const at::Tensor& input, const at::Tensor& weight, bool reversed);
  /** [out, in, 3, 3, 3] float32. */
  at::Tensor (*weightGradient)(const at::Tensor& input, const at::Tensor& gradient);
};

const WinogradKernels& nativeWinograd();
/** The same without AVX-512 instructions; only where GEOSCRIBE_AVX2_KERNELS is defined. */
const WinogradKernels& avx2Winograd();

}  // namespace geoscribe
