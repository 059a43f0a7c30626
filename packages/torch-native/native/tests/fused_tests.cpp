#include <torch/csrc/autograd/autograd.h>

#include <array>
#include <utility>

#include "core/loss.hpp"
#include "core/network.hpp"
#include "core/norm_activation.hpp"
#include "core/precision.hpp"
#include "core/upsample_concat.hpp"
#include "core/winograd.hpp"
#include "core/winograd_kernels.hpp"
#include "tests/check.hpp"
#include "tests/specs.hpp"

// Every operator of our own against LibTorch's, value and gradients.
namespace geoscribe::testing {
namespace {

constexpr auto channelsLast = at::MemoryFormat::ChannelsLast3d;

at::Tensor wave(at::IntArrayRef shape, double frequency, at::ScalarType type) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) count *= size;
  return at::arange(count, at::kDouble).mul(frequency).sin().view(shape).to(type);
}

at::Tensor lastChannels(const at::Tensor& x) { return x.contiguous(channelsLast).detach().requires_grad_(true); }

double relativeDifference(const at::Tensor& received, const at::Tensor& expected) {
  return ((received.to(at::kDouble) - expected.to(at::kDouble)).norm() / expected.to(at::kDouble).norm()).item<double>();
}

void expectSame(const std::vector<at::Tensor>& received, const std::vector<at::Tensor>& expected, double tolerance, const std::string& what) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    expect(received[i].sizes() == expected[i].sizes(), what + " " + std::to_string(i) + ": shape");
    expectNear(relativeDifference(received[i], expected[i]), 0, tolerance, what + " " + std::to_string(i));
  }
}

std::vector<at::Tensor> withGradients(const at::Tensor& y, const std::vector<at::Tensor>& inputs, const at::Tensor& above) {
  std::vector<at::Tensor> all{y};
  for (at::Tensor& gradient : torch::autograd::grad({y}, inputs, {above})) all.push_back(std::move(gradient));
  return all;
}

/** float64 and float32 sum in another order; of bfloat16 the result and the gradient are rounded once to 8 bits. */
const std::vector<std::pair<at::ScalarType, double>> types{{at::kDouble, 1e-12}, {at::kFloat, 1e-5}, {at::kBFloat16, 6e-3}};

const Register norm("norm and activation in one equal LibTorch's two, in value and gradients", [] {
  for (const auto& [type, tolerance] : types) {
    const at::ScalarType real = type == at::kDouble ? at::kDouble : at::kFloat;
    // Widths that fill the lanes and that do not; means far from 0; more voxels than one piece.
    for (const std::int64_t channels : {std::int64_t{5}, std::int64_t{16}, std::int64_t{40}}) {
      const at::Tensor x = lastChannels((wave({2, channels, 12, 14, 10}, 0.71, real) + wave({channels, 1, 1, 1}, 1.7, real) * 3).to(type));
      const at::Tensor scale = (wave({channels}, 0.9, real) + 1.5).requires_grad_(true), shift = wave({channels}, 1.3, real).requires_grad_(true);
      const at::Tensor above = wave(x.sizes(), 0.37, real);
      const at::Tensor exact = x.detach().to(real).requires_grad_(true);
      const at::Tensor normed = at::instance_norm(exact, scale, shift, {}, {}, true, 0.1, 1e-5, false);
      const auto expected = withGradients(at::leaky_relu(normed, 0.01), {exact, scale, shift}, above.to(type).to(real));
      const auto received = withGradients(normActivation(x, scale, shift), {x, scale, shift}, above.to(type));
      expectSame(received, expected, tolerance, std::string(c10::toString(type)) + ", channels " + std::to_string(channels));
    }
  }
});

std::vector<const WinogradKernels*> winogradVariants() {
#ifdef GEOSCRIBE_AVX2_KERNELS
  return {&nativeWinograd(), &avx2Winograd()};
#else
  return {&nativeWinograd()};
#endif
}

const Register winograd("convolutions by minimal filtering equal LibTorch's, in value and gradients", [] {
  // Input and weights of bfloat16 are exact in float32; what differs is the rounding of the result, and of the tiles' sums.
  for (const auto& [type, tolerance] : {std::pair{at::kFloat, 2e-5}, std::pair{at::kBFloat16, 3e-3}}) {
    // Grids that do and do not fill the tiles, odd and even numbers of lanes, a last group of tiles that is not full.
    for (const auto& [in, out, depth, height, width] : {std::array<std::int64_t, 5>{16, 48, 9, 14, 11}, std::array<std::int64_t, 5>{32, 16, 4, 5, 6}}) {
      const at::Tensor x = lastChannels(wave({2, in, depth, height, width}, 0.71, type));
      const at::Tensor weight = wave({out, in, 3, 3, 3}, 1.3, at::kFloat).requires_grad_(true);
      const at::Tensor above = wave({2, out, depth, height, width}, 0.37, type);
      const at::Tensor exact = x.detach().to(at::kDouble).requires_grad_(true), exactWeight = weight.detach().to(at::kDouble).requires_grad_(true);
      const at::Tensor y = at::conv3d(exact, exactWeight, {}, at::IntArrayRef{1, 1, 1}, at::IntArrayRef{1, 1, 1});
      const auto expected = withGradients(y, {exact, exactWeight}, above.to(at::kDouble));
      for (const WinogradKernels* kernels : winogradVariants()) {
        const std::vector<at::Tensor> received{kernels->convolve(x, weight, false), kernels->convolve(lastChannels(above), weight, true),
                                               kernels->weightGradient(x, lastChannels(above))};
        expectSame(received, expected, tolerance, c10::toString(type));
      }
      const at::Tensor recorded = winogradConvolution(x, weight);
      expectSame(withGradients(recorded, {x, weight}, above), expected, tolerance, "recorded");
    }
  }
});

const Register joined("upsampling into the concatenation equals a transposed convolution and cat, in value and gradients", [] {
  for (const auto& [type, tolerance] : types) {
    const at::ScalarType real = type == at::kDouble ? at::kDouble : at::kFloat;
    for (const Index3 factor : {Index3{2, 2, 2}, Index3{1, 2, 2}, Index3{2, 1, 3}}) {
      const at::Tensor x = lastChannels(wave({2, 5, 3, 4, 2}, 0.7, type));
      const at::Tensor skip = lastChannels(wave({2, 18, 3 * factor[0], 4 * factor[1], 2 * factor[2]}, 1.1, type));
      const at::Tensor weight = wave({18 * voxelCount(factor), 5, 1, 1, 1}, 1.3, type).to(real).requires_grad_(true);
      const at::Tensor bias = wave({18}, 2.1, type).to(real).requires_grad_(true);
      const at::Tensor exactX = x.detach().to(real).requires_grad_(true), exactSkip = skip.detach().to(real).requires_grad_(true);
      const at::Tensor kernel = weight.view({18, factor[0], factor[1], factor[2], 5}).permute({4, 0, 1, 2, 3});
      const at::Tensor y = at::cat({at::conv_transpose3d(exactX, kernel, bias, factor), exactSkip}, 1);
      const at::Tensor above = wave(y.sizes(), 0.37, type);
      const auto expected = withGradients(y, {exactX, weight, bias, exactSkip}, above.to(real));
      const auto received = withGradients(upsampleConcat(x, weight, bias, skip, factor), {x, weight, bias, skip}, above);
      expectSame(received, expected, tolerance, c10::toString(type));
    }
  }
});

const Register loss("the loss in one pass equals the loss by operators, in value and gradient", [] {
  const at::Tensor label = at::arange(2 * 18 * 20 * 22, at::kLong).mul(5).remainder(4).view({2, 18, 20, 22});
  const at::Tensor confidence = wave({2, 18, 20, 22}, 0.31, at::kDouble).abs();
  for (const auto type : {at::kDouble, at::kFloat}) {
    for (const auto format : {at::MemoryFormat::Contiguous, channelsLast}) {
      for (const LossOptions options : {LossOptions{CrossEntropyNorm::Confidence, DiceSums::Sample}, LossOptions{CrossEntropyNorm::Voxels, DiceSums::Batch}}) {
        const at::Tensor logits = (wave({2, 4, 18, 20, 22}, 0.77, type) * 8).contiguous(format).requires_grad_(true);
        const at::Tensor w = confidence.to(type);
        const at::Tensor expected = segmentationLossByOperators(logits, label, w, options), received = segmentationLoss(logits, label, w, options);
        expectSame(withGradients(received * 0.5, {logits}, at::ones({}, logits.options())),
                   withGradients(expected * 0.5, {logits}, at::ones({}, logits.options())), type == at::kDouble ? 1e-12 : 1e-5, c10::toString(type));
      }
    }
  }
});

const Register whole("both layouts of the network give the same gradients", [] {
  const NetworkSpec spec = smallSpec();
  std::vector<at::Tensor> parameters;
  std::vector<NamedTensor> tensors = initialTensors(spec, 3);
  for (NamedTensor& tensor : tensors) {
    tensor.value = tensor.value.to(at::kDouble).add_(wave(tensor.value.sizes(), 0.31, at::kDouble), 0.1).requires_grad_(true);
    parameters.push_back(tensor.value);
  }
  const auto gradients = [&](MemoryLayout layout) {
    const auto logits = Network(spec, tensors, layout).forward(wave({2, 1, 16, 8, 8}, 0.9, at::kDouble), 2);
    const at::Tensor value = (logits[0] * wave(logits[0].sizes(), 0.4, at::kDouble)).sum() + (logits[1] * wave(logits[1].sizes(), 0.6, at::kDouble)).sum();
    return torch::autograd::grad({value}, parameters, {}, {}, false, true);
  };
  const auto expected = gradients(MemoryLayout::Contiguous), received = gradients(MemoryLayout::ChannelsLast);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (!received[i].defined()) {
      expectNear(expected[i].norm().item<double>(), 0, 1e-9, tensors[i].name + " does nothing before a norm");
    } else {
      expectNear(relativeDifference(received[i], expected[i]), 0, 1e-9, tensors[i].name);
    }
  }
});

}  // namespace
}  // namespace geoscribe::testing
