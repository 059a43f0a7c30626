#include "core/network_spec.hpp"

namespace geoscribe {
namespace {

void addBlock(std::vector<TensorSpec>& specs, const std::string& prefix, std::int64_t in, std::int64_t out, const Index3& kernel) {
  specs.push_back({prefix + ".conv.weight", {out, in, kernel[0], kernel[1], kernel[2]}, TensorRole::Convolution});
  specs.push_back({prefix + ".conv.bias", {out}, TensorRole::Bias});
  specs.push_back({prefix + ".norm.weight", {out}, TensorRole::NormScale});
  specs.push_back({prefix + ".norm.bias", {out}, TensorRole::NormShift});
}

}  // namespace

std::vector<TensorSpec> tensorSpecs(const NetworkSpec& spec) {
  std::vector<TensorSpec> specs;
  std::int64_t in = spec.inputChannels;
  for (std::size_t s = 0; s < spec.stages.size(); ++s) {
    const NetworkStage& stage = spec.stages[s];
    for (std::int64_t b = 0; b < stage.encoderBlocks; ++b) {
      addBlock(specs, "encoder." + std::to_string(s) + "." + std::to_string(b), in, stage.features, stage.kernel);
      in = stage.features;
    }
  }
  for (std::size_t s = spec.decoderLevels(); s-- > 0;) {
    const NetworkStage& stage = spec.stages[s];
    const NetworkStage& below = spec.stages[s + 1];
    const std::string level = std::to_string(s);
    specs.push_back({"up." + level + ".weight", {stage.features * voxelCount(below.stride), below.features, 1, 1, 1}, TensorRole::Convolution});
    specs.push_back({"up." + level + ".bias", {stage.features}, TensorRole::Bias});
    in = 2 * stage.features;
    for (std::int64_t b = 0; b < stage.decoderBlocks; ++b) {
      addBlock(specs, "decoder." + level + "." + std::to_string(b), in, stage.features, stage.kernel);
      in = stage.features;
    }
    specs.push_back({"head." + level + ".weight", {spec.classes, in, 1, 1, 1}, TensorRole::Convolution});
    specs.push_back({"head." + level + ".bias", {spec.classes}, TensorRole::Bias});
  }
  return specs;
}

Index3 levelStride(const NetworkSpec& spec, std::size_t level) {
  Index3 stride{1, 1, 1};
  for (std::size_t s = 0; s <= level; ++s) {
    for (int axis = 0; axis < 3; ++axis) stride[axis] *= spec.stages[s].stride[axis];
  }
  return stride;
}

}  // namespace geoscribe
