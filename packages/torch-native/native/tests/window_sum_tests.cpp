#include "core/window_sum.hpp"

#include "tests/check.hpp"

namespace geoscribe::testing {
namespace {

at::Tensor logitsOf(at::IntArrayRef shape, at::ScalarType type, at::MemoryFormat format) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) count *= size;
  return at::arange(count, at::kFloat).mul(0.7).sin().mul(30).view(shape).to(type).contiguous(format)[0];
}

const Register windows("a window's weighted softmax is added where it lies, mirrored or not, whatever the layout", [] {
  // Of a volume of 5 x 9 x 20: the window leaves it at the low end of z and at the high end of x.
  const Index3 patch{4, 6, 18};
  const Overlap overlap{{{0, 2, 7}, {3, 6, 13}}, {{1, 0, 0}, {3, 6, 13}}};
  const at::Tensor importance = at::arange(voxelCount(patch), at::kFloat).mul(0.3).cos().add(1.1).view({4, 6, 18});
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const auto format : {at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast3d}) {
      for (const auto& flip : {std::array<bool, 3>{}, std::array<bool, 3>{true, false, true}, std::array<bool, 3>{false, true, false}}) {
        const at::Tensor logits = logitsOf({1, 3, 4, 6, 18}, type, format);
        const at::Tensor sum = at::ones({3, 5, 9, 20}), weight = at::ones({5, 9, 20});
        at::Tensor expectedSum = sum.clone(), expectedWeight = weight.clone(), probability = at::softmax(logits.to(at::kDouble), 0).to(at::kFloat);
        for (int axis = 0; axis < 3; ++axis) {
          if (flip[axis]) probability = probability.flip({axis + 1});
        }
        const auto inside = [&](const at::Tensor& t, const Box& box) {
          at::Tensor view = t;
          for (int axis = 0; axis < 3; ++axis) view = view.narrow(axis - 3, box.start[axis], box.size[axis]);
          return view;
        };
        inside(expectedSum, overlap.inVolume).add_(inside(probability * importance, overlap.inWindow));
        inside(expectedWeight, overlap.inVolume).add_(inside(importance, overlap.inWindow));
        addWindow(sum, weight, logits, flip, importance, overlap);
        // Exponential, sum, quotient and two products in float32, of values up to 3.
        expectNear((sum - expectedSum).abs().max().item<double>(), 0, 2e-6, "sum");
        expectNear((weight - expectedWeight).abs().max().item<double>(), 0, 0, "weight");
      }
    }
  }
});

}  // namespace
}  // namespace geoscribe::testing
