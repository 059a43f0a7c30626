#include "core/upsample_concat.hpp"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cstring>

namespace geoscribe {
namespace {

constexpr at::MemoryFormat channelsLast = at::MemoryFormat::ChannelsLast3d;

void copyBytes(char* to, const char* from, std::int64_t bytes) {
  // Rows are short: a loop of fixed copies is several times faster than a call of memcpy for each.
  for (; bytes >= 32; bytes -= 32, to += 32, from += 32) std::memcpy(to, from, 32);
  if (bytes > 0) std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

/** [voxels, channels] of a channels-last tensor, the same memory. */
at::Tensor asRows(const at::Tensor& x) { return x.permute({0, 2, 3, 4, 1}).reshape({-1, x.size(1)}); }

at::Tensor emptyLike(const at::Tensor& x, std::int64_t channels, at::IntArrayRef grid) {
  return at::empty({x.size(0), channels, grid[0], grid[1], grid[2]}, x.options(), channelsLast);
}

/**
 * Calls `copy(voxel, column)` for every voxel of the fine grid [N, Z, Y, X]: its number, and that of its row among the
 * blocks [N z y x, fz fy fx].
 */
template <typename Copy>
void eachVoxel(const at::Tensor& fine, const Index3& factor, const Copy& copy) {
  const std::int64_t depth = fine.size(2), height = fine.size(3), width = fine.size(4);
  const std::int64_t parts = voxelCount(factor);
  at::parallel_for(0, fine.size(0) * depth * height, 16, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t line = from; line < to; ++line) {
      const std::int64_t n = line / (depth * height), z = line / height % depth, y = line % height;
      const std::int64_t coarse = ((n * (depth / factor[0]) + z / factor[0]) * (height / factor[1]) + y / factor[1]) * (width / factor[2]);
      const std::int64_t part = (z % factor[0] * factor[1] + y % factor[1]) * factor[2];
      for (std::int64_t x = 0, low = coarse; x < width; ++low) {
        for (std::int64_t k = 0; k < factor[2]; ++k, ++x) copy(line * width + x, low * parts + part + k);
      }
    }
  });
}

struct UpsampleConcat : torch::autograd::Function<UpsampleConcat> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                            const at::Tensor& skip, const Index3& factor) {
    const std::int64_t out = bias.size(0), parts = voxelCount(factor);
    // Rows by position in the block, then channel: a voxel's channels lie side by side in the product.
    const at::Tensor kernel = weight.view({out, parts, -1}).transpose(0, 1).reshape({parts * out, -1}).to(input.scalar_type());
    const at::Tensor rows = asRows(input);
    const at::Tensor blocks = at::addmm(bias.repeat({parts}).to(input.scalar_type()), rows, kernel.t());
    at::Tensor joined = emptyLike(skip, 2 * out, skip.sizes().slice(2));
    const std::int64_t bytes = out * static_cast<std::int64_t>(joined.element_size());
    char* to = static_cast<char*>(joined.data_ptr());
    const char *up = static_cast<const char*>(blocks.const_data_ptr()), *beside = static_cast<const char*>(skip.const_data_ptr());
    eachVoxel(skip, factor, [=](std::int64_t voxel, std::int64_t column) {
      copyBytes(to + 2 * voxel * bytes, up + column * bytes, bytes);
      copyBytes(to + (2 * voxel + 1) * bytes, beside + voxel * bytes, bytes);
    });
    context->save_for_backward({rows, kernel});
    context->saved_data["factor"] = std::vector<std::int64_t>(factor.begin(), factor.end());
    context->saved_data["grid"] = input.sizes().vec();
    context->saved_data["weight"] = weight.scalar_type();
    return joined;
  }

  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context, torch::autograd::tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &rows = saved[0], &kernel = saved[1];
    const auto factors = context->saved_data["factor"].toIntVector(), grid = context->saved_data["grid"].toIntVector();
    const Index3 factor{factors[0], factors[1], factors[2]};
    const at::ScalarType weightType = context->saved_data["weight"].toScalarType();
    const at::Tensor above = gradients[0].contiguous(channelsLast);
    const std::int64_t parts = voxelCount(factor), out = above.size(1) / 2;
    at::Tensor blocks = at::empty({rows.size(0), parts * out}, rows.options());
    at::Tensor skip = emptyLike(above, out, above.sizes().slice(2));
    const std::int64_t bytes = out * static_cast<std::int64_t>(above.element_size());
    const char* from = static_cast<const char*>(above.const_data_ptr());
    char *up = static_cast<char*>(blocks.data_ptr()), *beside = static_cast<char*>(skip.data_ptr());
    eachVoxel(above, factor, [=](std::int64_t voxel, std::int64_t column) {
      copyBytes(up + column * bytes, from + 2 * voxel * bytes, bytes);
      copyBytes(beside + voxel * bytes, from + (2 * voxel + 1) * bytes, bytes);
    });
    const at::Tensor input = blocks.mm(kernel).view({grid[0], grid[2], grid[3], grid[4], grid[1]}).permute({0, 4, 1, 2, 3});
    const at::Tensor weight = blocks.t().mm(rows).to(weightType).view({parts, out, -1}).transpose(0, 1).reshape({out * parts, -1, 1, 1, 1});
    const at::Tensor bias = blocks.sum(0, false, weightType).view({parts, out}).sum(0);
    return {input, weight, bias, skip, at::Tensor()};
  }
};

}  // namespace

at::Tensor upsampleConcat(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& skip, const Index3& factor) {
  return UpsampleConcat::apply(input, weight, bias, skip, factor);
}

}  // namespace geoscribe
