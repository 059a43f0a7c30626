#include "core/network.hpp"

#include <torch/csrc/autograd/autograd.h>

#include "core/error.hpp"
#include "core/precision.hpp"
#include "tests/check.hpp"
#include "tests/specs.hpp"

namespace geoscribe::testing {
namespace {

at::Tensor wave(at::IntArrayRef shape, double frequency) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) count *= size;
  return at::arange(count, at::kDouble).mul(frequency).sin().view(shape);
}

double greatestDifference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

std::vector<NamedTensor> inFloat64(std::vector<NamedTensor> tensors) {
  for (NamedTensor& tensor : tensors) tensor.value = tensor.value.to(at::kDouble);
  return tensors;
}

const Register upsampling("1x1x1 convolution and depth to space equal the transposed convolution", [] {
  for (const Index3 factor : {Index3{2, 2, 2}, Index3{1, 2, 2}, Index3{2, 1, 3}}) {
    const at::Tensor input = wave({2, 5, 3, 4, 2}, 0.7), weight = wave({3 * voxelCount(factor), 5, 1, 1, 1}, 1.3), bias = wave({3}, 2.1);
    const at::Tensor kernel = weight.view({3, factor[0], factor[1], factor[2], 5}).permute({4, 0, 1, 2, 3});
    const at::Tensor a = rearrangedUpsampling(input, weight, bias, factor), b = at::conv_transpose3d(input, kernel, bias, factor);
    expect(a.sizes() == at::IntArrayRef({2, 3, 3 * factor[0], 4 * factor[1], 2 * factor[2]}), "shape");
    expectNear(greatestDifference(a, b), 0, 1e-13, "float64 sums of 5 products near 1");
  }
});

const Register forms("all forms of the network give the same logits", [] {
  const NetworkSpec spec = smallSpec();
  const auto tensors = inFloat64(initialTensors(spec, 3));
  const at::Tensor input = wave({2, 1, 8, 8, 8}, 0.9);
  const auto expected = Network(spec, tensors, MemoryLayout::Contiguous).forward(input, 2);
  expect(expected[0].sizes() == at::IntArrayRef({2, 3, 8, 8, 8}) && expected[1].sizes() == at::IntArrayRef({2, 3, 4, 4, 4}), "shapes");
  const auto received = Network(spec, tensors, MemoryLayout::ChannelsLast).forward(input, 2);
  for (int head = 0; head < 2; ++head) expectNear(greatestDifference(received[head], expected[head]), 0, 1e-10, "float64 sums in another order");
  expectNear(greatestDifference(Network(spec, tensors, MemoryLayout::Contiguous).forward(input, 1)[0], expected[0]), 0, 0, "the finest head alone");
});

const Register autocast("autocast computes in bfloat16 and comes near float32", [] {
  const NetworkSpec spec = smallSpec();
  const Network network(spec, initialTensors(spec, 3));
  const at::Tensor input = wave({1, 1, 8, 8, 8}, 0.9).to(at::kFloat);
  const at::Tensor plain = network.forward(input, 1)[0];
  at::Tensor cast;
  {
    const AutocastScope scope(at::kCPU, Precision::Bfloat16);
    cast = network.forward(input, 1)[0];
  }
  expect(cast.scalar_type() == at::kBFloat16 && plain.scalar_type() == at::kFloat, "types");
  expect(network.forward(input, 1)[0].scalar_type() == at::kFloat, "the scope ends");
  const double relative = ((cast.to(at::kFloat) - plain).norm() / plain.norm()).item<double>();
  expect(relative > 0 && relative < 0.05, "eight bits of mantissa through ten layers, received " + std::to_string(relative));
});

const Register gradient("the network's gradient equals finite differences", [] {
  const NetworkSpec spec = smallSpec();
  auto tensors = inFloat64(initialTensors(spec, 3));
  std::vector<at::Tensor> parameters;
  for (NamedTensor& tensor : tensors) {
    // Weights away from 0 and 1, so that biases and norms matter.
    tensor.value.add_(wave(tensor.value.sizes(), 0.31), 0.1);
    parameters.push_back(tensor.value.requires_grad_(true));
  }
  const Network network(spec, tensors);
  const at::Tensor input = wave({1, 1, 4, 4, 4}, 0.9);
  const auto value = [&] {
    const auto logits = network.forward(input, 2);
    return (logits[0] * wave(logits[0].sizes(), 0.4)).sum() + (logits[1] * wave(logits[1].sizes(), 0.6)).sum();
  };
  const auto gradients = torch::autograd::grad({value()}, parameters, {}, {}, false, true);
  const c10::NoGradGuard noGrad;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const at::Tensor flat = parameters[i].view(-1);
    const std::int64_t at = flat.numel() / 2;
    const double h = 1e-6, centre = flat[at].item<double>();
    flat[at].fill_(centre + h);
    const double above = value().item<double>();
    flat[at].fill_(centre - h);
    const double below = value().item<double>();
    flat[at].fill_(centre);
    // h^2 of the third derivative and 1e-16 * |value| / h: below 1e-6 of values near 10; a kink of the leaky ReLU within h is improbable.
    // A bias before a norm changes nothing and has no gradient.
    const double received = gradients[i].defined() ? gradients[i].reshape(-1)[at].item<double>() : 0;
    expectNear(received, (above - below) / (2 * h), 1e-6, tensors[i].name);
  }
});

const Register seeds("the same seed gives the same weights, another other ones, with Kaiming's deviation", [] {
  const NetworkSpec spec = smallSpec();
  const auto a = initialTensors(spec, 5), again = initialTensors(spec, 5), other = initialTensors(spec, 6);
  bool differs = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    expect(a[i].value.equal(again[i].value), a[i].name);
    differs = differs || !a[i].value.equal(other[i].value);
  }
  expect(differs, "another seed");
  for (const NamedTensor& tensor : a) {
    if (tensor.name.ends_with(".bias")) expect(tensor.value.abs().max().item<float>() == 0, tensor.name);
    if (tensor.name.ends_with("norm.weight")) expect(tensor.value.eq(1).all().item<bool>(), tensor.name);
    if (tensor.name != "encoder.1.1.conv.weight") continue;
    const double count = static_cast<double>(tensor.value.numel()), expected = std::sqrt(2 / 1.0001 / (8 * 27));
    expectNear(tensor.value.std().item<double>(), expected, 6 * expected / std::sqrt(2 * count), "deviation, six standard errors");
  }
});

const Register matching("a missing, misshapen or extra tensor is named", [] {
  const NetworkSpec spec = smallSpec();
  const auto expectNamed = [&](std::vector<NamedTensor> given, const std::string& name) {
    try {
      matchTensors(tensorSpecs(spec), given);
    } catch (const Error& error) {
      expect(error.code == "InvalidCheckpointError" && error.detail.field == name, "received " + error.detail.field);
      return;
    }
    expect(false, "no error for " + name);
  };
  auto tensors = initialTensors(spec, 0);
  auto missing = tensors;
  missing.erase(missing.begin() + 4);
  expectNamed(missing, tensors[4].name);
  auto misshapen = tensors;
  misshapen[2].value = at::ones({3});
  expectNamed(misshapen, tensors[2].name);
  auto extra = tensors;
  extra.push_back({"head.9.weight", at::ones({1})});
  expectNamed(extra, "head.9.weight");
});

}  // namespace
}  // namespace geoscribe::testing
