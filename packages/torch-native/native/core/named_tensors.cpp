#include "core/named_tensors.hpp"

#include <cmath>
#include <map>

#include "core/counter_random.hpp"
#include "core/error.hpp"

namespace geoscribe {
namespace {

constexpr double negativeSlope = 0.01;
/** Streams of the seed that weights use; those below belong to augmentation. */
constexpr std::uint32_t firstWeightStream = 0x10000;

at::Tensor initialValue(const TensorSpec& spec, std::uint32_t seed, std::uint32_t stream) {
  if (spec.role == TensorRole::NormScale) return at::ones(spec.shape);
  if (spec.role != TensorRole::Convolution) return at::zeros(spec.shape);
  at::Tensor value = at::empty(spec.shape);
  const double fanIn = static_cast<double>(value.numel() / value.size(0));
  const double deviation = std::sqrt(2.0 / (1.0 + negativeSlope * negativeSlope) / fanIn);
  CounterRandom random(seed, stream);
  float* data = value.data_ptr<float>();
  for (std::int64_t i = 0; i < value.numel(); ++i) data[i] = static_cast<float>(random.normal() * deviation);
  return value;
}

}  // namespace

std::string describeShape(at::IntArrayRef shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

std::vector<NamedTensor> initialTensors(const NetworkSpec& spec, std::uint32_t seed) {
  std::vector<NamedTensor> tensors;
  std::uint32_t stream = firstWeightStream;
  for (const TensorSpec& tensor : tensorSpecs(spec)) tensors.push_back({tensor.name, initialValue(tensor, seed, stream++)});
  return tensors;
}

std::vector<NamedTensor> matchTensors(const std::vector<TensorSpec>& specs, const std::vector<NamedTensor>& given, const std::string& prefix) {
  std::map<std::string, at::Tensor> byName;
  for (const NamedTensor& tensor : given) {
    if (tensor.name.starts_with(prefix)) byName[tensor.name.substr(prefix.size())] = tensor.value;
  }
  const std::string nextStep = "Use a checkpoint that was written with the same plan.";
  std::vector<NamedTensor> matched;
  for (const TensorSpec& spec : specs) {
    const auto found = byName.find(spec.name);
    if (found == byName.end()) {
      throw Error("InvalidCheckpointError", "A tensor of the network is missing",
                  {prefix + spec.name, "float32 " + describeShape(spec.shape), "nothing of that name", nextStep});
    }
    if (found->second.sizes() != at::IntArrayRef(spec.shape)) {
      throw Error("InvalidCheckpointError", "A tensor has another shape than the network needs",
                  {prefix + spec.name, describeShape(spec.shape), describeShape(found->second.sizes()), nextStep});
    }
    matched.push_back({spec.name, found->second});
    byName.erase(found);
  }
  if (!byName.empty()) {
    throw Error("InvalidCheckpointError", "A tensor does not belong to the network",
                {prefix + byName.begin()->first, std::to_string(specs.size()) + " tensors of the network", "one more", nextStep});
  }
  return matched;
}

std::vector<NamedTensor> copyTensors(const std::vector<NamedTensor>& tensors, const std::string& prefix) {
  std::vector<NamedTensor> copies;
  for (const NamedTensor& tensor : tensors) {
    copies.push_back({prefix + tensor.name, tensor.value.detach().to(at::kCPU, at::kFloat).contiguous().clone()});
  }
  return copies;
}

}  // namespace geoscribe
