#include "core/network.hpp"

#include "core/norm_activation.hpp"
#include "core/precision.hpp"
#include "core/upsample_concat.hpp"
#include "core/winograd.hpp"

namespace geoscribe {
namespace {

constexpr at::MemoryFormat channelsLast = at::MemoryFormat::ChannelsLast3d;
constexpr double normEpsilon = 1e-5;
constexpr double negativeSlope = 0.01;

/**
 * A convolution that leaves an axis of one or two voxels is computed in float32: for such grids oneDNN's bfloat16 gradient
 * of the weights now and then holds values around 1e36 or NaN (LibTorch 2.15.0, AVX-512). They cost next to nothing.
 */
constexpr std::int64_t leastBfloat16Size = 3;

bool leavesSmallGrid(const at::Tensor& input, const Index3& stride) {
  bool small = false;
  for (int axis = 0; axis < 3; ++axis) small |= input.size(2 + axis) / stride[axis] < leastBfloat16Size;
  return small;
}

at::Tensor convolve(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const Index3& stride, const Index3& padding) {
  if (!leavesSmallGrid(input, stride) || input.scalar_type() == at::kDouble) return at::conv3d(input, weight, bias, stride, padding);
  const AutocastScope exact(input.device().type(), Precision::Float32);
  return at::conv3d(input.to(at::kFloat), weight, bias, stride, padding);
}

}  // namespace

at::Tensor rearrangedUpsampling(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const Index3& factor) {
  const std::int64_t out = bias.size(0);
  const at::Tensor columns = at::conv3d(input, weight, bias.repeat_interleave(voxelCount(factor)));
  return columns.view({input.size(0), out, factor[0], factor[1], factor[2], input.size(2), input.size(3), input.size(4)})
      .permute({0, 1, 5, 2, 6, 3, 7, 4})
      .reshape({input.size(0), out, factor[0] * input.size(2), factor[1] * input.size(3), factor[2] * input.size(4)});
}

Network::Network(NetworkSpec spec, std::vector<NamedTensor> tensors, MemoryLayout layout)
    : spec_(std::move(spec)), tensors_(std::move(tensors)), layout_(layout) {
  std::size_t next = 0;
  const auto take = [&] { return tensors_.at(next++).value; };
  const auto takeBlocks = [&](std::int64_t count, const NetworkStage& stage, Index3 firstStride) {
    std::vector<Block> blocks;
    for (std::int64_t b = 0; b < count; ++b) {
      Block block{take(), take(), take(), take(), b == 0 ? firstStride : Index3{1, 1, 1}, {}};
      for (int axis = 0; axis < 3; ++axis) block.padding[axis] = (stage.kernel[axis] - 1) / 2;
      blocks.push_back(std::move(block));
    }
    return blocks;
  };
  for (const NetworkStage& stage : spec_.stages) encoder_.push_back(takeBlocks(stage.encoderBlocks, stage, stage.stride));
  decoder_.resize(spec_.decoderLevels());
  for (std::size_t s = spec_.decoderLevels(); s-- > 0;) {
    Level& level = decoder_[s];
    level.upWeight = take();
    level.upBias = take();
    level.blocks = takeBlocks(spec_.stages[s].decoderBlocks, spec_.stages[s], {1, 1, 1});
    level.headWeight = take();
    level.headBias = take();
  }
}

at::Tensor Network::block(const at::Tensor& input, const Block& block) const {
  const at::Tensor filtered = convolve(input, block.weight, block.bias, block.stride, block.padding);
  at::Tensor normed = at::instance_norm(filtered, block.scale, block.shift, {}, {}, true, 0.1, normEpsilon, true);
  return at::leaky_relu_(normed, negativeSlope);
}

std::vector<at::Tensor> Network::forward(const at::Tensor& input, std::size_t heads) const {
  return layout_ == MemoryLayout::ChannelsLast && input.is_cpu() ? forwardFused(input, heads) : forwardByOperators(input, heads);
}

std::vector<at::Tensor> Network::forwardByOperators(const at::Tensor& input, std::size_t heads) const {
  at::Tensor x = input;
  std::vector<at::Tensor> skips;
  for (const auto& stage : encoder_) {
    for (const Block& convolution : stage) x = block(x, convolution);
    skips.push_back(x);
  }
  std::vector<at::Tensor> logits(heads);
  for (std::size_t s = decoder_.size(); s-- > 0;) {
    const Level& level = decoder_[s];
    x = at::cat({rearrangedUpsampling(x, level.upWeight, level.upBias, spec_.stages[s + 1].stride), skips[s]}, 1);
    for (const Block& convolution : level.blocks) x = block(x, convolution);
    if (s < heads) logits[s] = at::conv3d(x, level.headWeight, level.headBias);
  }
  return logits;
}

at::Tensor Network::fusedBlock(const at::Tensor& input, const Block& block, at::ScalarType type) const {
  const at::ScalarType computed = type == at::kBFloat16 && leavesSmallGrid(input, block.stride) ? at::kFloat : type;
  const at::Tensor x = input.to(computed, false, false, channelsLast);
  // Without the bias: the normalisation takes away whatever it adds.
  if (takesWinograd(x, block.weight, block.stride)) return normActivation(winogradConvolution(x, block.weight), block.scale, block.shift);
  const at::Tensor filtered = at::conv3d(x, block.weight.to(computed, false, false, channelsLast), {}, block.stride, block.padding);
  return normActivation(filtered.contiguous(channelsLast), block.scale, block.shift);
}

std::vector<at::Tensor> Network::forwardFused(const at::Tensor& input, std::size_t heads) const {
  const at::ScalarType type = at::autocast::is_autocast_enabled(at::kCPU) ? at::kBFloat16 : input.scalar_type();
  const AutocastScope ownCasts(at::kCPU, Precision::Float32);
  at::Tensor x = input;
  std::vector<at::Tensor> skips;
  for (const auto& stage : encoder_) {
    for (const Block& convolution : stage) x = fusedBlock(x, convolution, type);
    skips.push_back(x.to(type));
  }
  std::vector<at::Tensor> logits(heads);
  for (std::size_t s = decoder_.size(); s-- > 0;) {
    const Level& level = decoder_[s];
    x = upsampleConcat(x.to(type), level.upWeight, level.upBias, skips[s], spec_.stages[s + 1].stride);
    for (const Block& convolution : level.blocks) x = fusedBlock(x, convolution, type);
    if (s >= heads) continue;
    const at::Tensor rows = x.permute({0, 2, 3, 4, 1}).to(type);
    logits[s] = at::linear(rows, level.headWeight.flatten(1).to(type), level.headBias.to(type)).permute({0, 4, 1, 2, 3});
  }
  return logits;
}

}  // namespace geoscribe
