#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "core/named_tensors.hpp"
#include "core/network_spec.hpp"

namespace geoscribe {

/**
 * How the network is computed; the result is the same. Contiguous: [N, C, Z, Y, X] and LibTorch's operators, on every device.
 * ChannelsLast: [N, Z, Y, X, C] in memory and operators of our own that join several steps; on the CPU only, elsewhere it
 * is Contiguous.
 */
enum class MemoryLayout { Contiguous, ChannelsLast };

/** The plain convolutional U-Net of the method: weights and forward pass, no state besides the weights. */
class Network {
 public:
  /** `tensors` in the order of tensorSpecs(spec), on the device that shall run it; they are shared, not copied. */
  Network(NetworkSpec spec, std::vector<NamedTensor> tensors, MemoryLayout layout = MemoryLayout::ChannelsLast);

  /**
   * Logits of the `heads` finest decoder levels, finest first: [N, classes, Z/s, Y/s, X/s].
   * `input` [N, channels, Z, Y, X], float32; Z, Y, X divisible by the network's total stride. Under autocast the
   * convolutions, and what lies between them, are bfloat16.
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
  std::vector<at::Tensor> forwardByOperators(const at::Tensor& input, std::size_t heads) const;
  at::Tensor fusedBlock(const at::Tensor& input, const Block& block, at::ScalarType type) const;
  std::vector<at::Tensor> forwardFused(const at::Tensor& input, std::size_t heads) const;

  NetworkSpec spec_;
  std::vector<NamedTensor> tensors_;
  MemoryLayout layout_;
  std::vector<std::vector<Block>> encoder_;
  std::vector<Level> decoder_;
};

/** Convolution 1x1x1 followed by depth to space: equal to a transposed convolution with kernel = stride = factor. */
at::Tensor rearrangedUpsampling(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const Index3& factor);

}  // namespace geoscribe
