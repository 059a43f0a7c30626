#pragma once

#include <string>
#include <vector>

#include "core/geometry.hpp"

namespace geoscribe {

struct NetworkStage {
  std::int64_t features;
  Index3 kernel;
  Index3 stride;
  std::int64_t encoderBlocks;
  std::int64_t decoderBlocks;
};

/** Finest stage first. */
struct NetworkSpec {
  std::int64_t inputChannels;
  std::int64_t classes;
  std::vector<NetworkStage> stages;

  std::size_t decoderLevels() const { return stages.size() - 1; }
};

/** What a weight tensor is for; decides its initial values. */
enum class TensorRole { Convolution, Bias, NormScale, NormShift };

struct TensorSpec {
  std::string name;
  std::vector<std::int64_t> shape;
  TensorRole role;
};

/** Every weight of the network in the order of the forward pass: encoder, then per level up, decoder, head. */
std::vector<TensorSpec> tensorSpecs(const NetworkSpec& spec);

/** Product of the strides down to a decoder level: the factor by which the level's head is coarser than the patch. */
Index3 levelStride(const NetworkSpec& spec, std::size_t level);

}  // namespace geoscribe
