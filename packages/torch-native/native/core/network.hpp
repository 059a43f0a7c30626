#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "core/named_tensors.hpp"
#include "core/network_spec.hpp"

namespace geoscribe {

/** How the transposed convolution (kernel = stride) is computed; the result is the same. */
enum class UpsamplingForm { Transposed, Rearranged };
enum class MemoryLayout { Contiguous, ChannelsLast };

struct NetworkForm {
  UpsamplingForm upsampling = UpsamplingForm::Rearranged;
  MemoryLayout layout = MemoryLayout::Contiguous;
};

/** The plain convolutional U-Net of the method: weights and forward pass, no state besides the weights. */
class Network {
 public:
  /** `tensors` in the order of tensorSpecs(spec), on the device that shall run it; they are shared, not copied. */
  Network(NetworkSpec spec, std::vector<NamedTensor> tensors, NetworkForm form = {});

  /**
   * Logits of the `heads` finest decoder levels, finest first: [N, classes, Z/s, Y/s, X/s].
   * `input` [N, channels, Z, Y, X], float32; Z, Y, X divisible by the network's total stride.
   */
  std::vector<at::Tensor> forward(const at::Tensor& input, std::size_t heads) const;

  const std::vector<NamedTensor>& tensors() const { return tensors_; }
  const NetworkSpec& spec() const { return spec_; }

 private:
  struct Block {
    at::Tensor weight, bias, scale, shift;
    Index3 stride, padding;
  };
  struct Level {
    at::Tensor upWeight, upBias, headWeight, headBias;
    std::vector<Block> blocks;
  };

  at::Tensor block(const at::Tensor& input, const Block& block) const;
  at::Tensor upsample(const at::Tensor& input, const Level& level, const Index3& factor) const;

  NetworkSpec spec_;
  std::vector<NamedTensor> tensors_;
  NetworkForm form_;
  std::vector<std::vector<Block>> encoder_;
  std::vector<Level> decoder_;
};

/** Convolution 1x1x1 followed by depth to space: equal to a transposed convolution with kernel = stride = factor. */
at::Tensor rearrangedUpsampling(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const Index3& factor);

/** The same through conv_transpose3d, its weight [in, out, kz, ky, kx] taken from the stored one. */
at::Tensor transposedUpsampling(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const Index3& factor);

}  // namespace geoscribe
