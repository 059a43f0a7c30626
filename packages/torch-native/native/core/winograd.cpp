#include "core/winograd.hpp"

#include <ATen/Version.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/winograd_kernels.hpp"

namespace geoscribe {
namespace {

/** Below it transforming the weights takes as long as it saves. */
constexpr std::int64_t leastTiles = 128;
/** Voxels computed for nothing where a tile is not full, as a share of those needed. */
constexpr double mostWaste = 1.4;
/** Transformed weights are read once for every 16 tiles: they should come from the cache. */
constexpr std::int64_t mostWeightBytes = 16 << 20;

/** LibTorch's own choice of instructions holds here as well, so that ATEN_CPU_CAPABILITY=avx2 means what it says. */
const WinogradKernels& kernels() {
#ifdef GEOSCRIBE_AVX2_KERNELS
  static const bool wide = at::get_cpu_capability() == "AVX512";
  if (!wide) return avx2Winograd();
#endif
  return nativeWinograd();
}

struct Winograd : torch::autograd::Function<Winograd> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input, const at::Tensor& weight) {
    context->save_for_backward({input, weight});
    context->saved_data["input"] = input.requires_grad();
    return kernels().convolve(input, weight, false);
  }
  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context, torch::autograd::tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor above = gradients[0].contiguous(at::MemoryFormat::ChannelsLast3d);
    at::Tensor input;
    if (context->saved_data["input"].toBool()) input = kernels().convolve(above, saved[1], true);
    return {input, kernels().weightGradient(saved[0], above)};
  }
};

}  // namespace

bool takesWinograd(const at::Tensor& input, const at::Tensor& weight, const Index3& stride) {
  if (input.scalar_type() != at::kFloat && input.scalar_type() != at::kBFloat16) return false;
  const std::int64_t out = weight.size(0), in = weight.size(1);
  if (weight.scalar_type() != at::kFloat || out % 16 != 0 || in % 16 != 0) return false;
  const std::int64_t size = input.scalar_type() == at::kBFloat16 ? 4 : 2, points = (size + 2) * (size + 2) * (size + 2);
  std::int64_t tiles = input.size(0), voxels = input.size(0);
  for (int axis = 0; axis < 3; ++axis) {
    if (weight.size(2 + axis) != 3 || stride[static_cast<std::size_t>(axis)] != 1) return false;
    tiles *= (input.size(2 + axis) + size - 1) / size;
    voxels *= input.size(2 + axis);
  }
  const double computed = static_cast<double>(tiles * size * size * size);
  return tiles >= leastTiles && computed <= mostWaste * static_cast<double>(voxels) && points * out * in * 4 <= mostWeightBytes;
}

at::Tensor winogradConvolution(const at::Tensor& input, const at::Tensor& weight) { return Winograd::apply(input, weight); }

}  // namespace geoscribe
