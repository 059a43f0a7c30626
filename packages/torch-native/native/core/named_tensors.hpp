#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "core/network_spec.hpp"

namespace geoscribe {

struct NamedTensor {
  std::string name;
  at::Tensor value;
};

/** Kaiming-normal convolutions (a = 0.01, fan in), zero biases, identity norms; same seed, same bits. Float32, CPU. */
std::vector<NamedTensor> initialTensors(const NetworkSpec& spec, std::uint32_t seed);

/**
 * The given tensors in the order of `tensorSpecs`, with `prefix` taken off their names.
 * Throws InvalidCheckpointError naming the tensor that is missing, left over, or of another shape.
 */
std::vector<NamedTensor> matchTensors(const std::vector<TensorSpec>& specs, const std::vector<NamedTensor>& given, const std::string& prefix = "");

/** Float32 copies on the CPU, contiguous, names prefixed. */
std::vector<NamedTensor> copyTensors(const std::vector<NamedTensor>& tensors, const std::string& prefix = "");

std::string describeShape(at::IntArrayRef shape);

}  // namespace geoscribe
