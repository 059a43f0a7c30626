#include "core/window_prediction.hpp"

#include <c10/core/InferenceMode.h>

#include <algorithm>

#include "core/window_sum.hpp"

namespace geoscribe {
namespace {

/** The box in the last three axes. */
at::Tensor crop(const at::Tensor& tensor, const Box& box) {
  at::Tensor view = tensor;
  for (int axis = 0; axis < 3; ++axis) view = view.narrow(axis - 3, box.start[axis], box.size[axis]);
  return view;
}

Overlap overlapOf(const Index3& start, const Index3& patch, const Index3& shape) {
  Overlap overlap{};
  for (int axis = 0; axis < 3; ++axis) {
    const std::int64_t from = std::max<std::int64_t>(start[axis], 0), to = std::min(start[axis] + patch[axis], shape[axis]);
    overlap.inVolume.start[axis] = from;
    overlap.inWindow.start[axis] = from - start[axis];
    overlap.inVolume.size[axis] = overlap.inWindow.size[axis] = to - from;
  }
  return overlap;
}

std::vector<std::int64_t> flippedAxes(const std::array<bool, 3>& flip) {
  std::vector<std::int64_t> axes;
  for (int axis = 0; axis < 3; ++axis) {
    if (flip[axis]) axes.push_back(axis - 3);
  }
  return axes;
}

at::Tensor flipped(const at::Tensor& tensor, const std::array<bool, 3>& flip) {
  const std::vector<std::int64_t> axes = flippedAxes(flip);
  return axes.empty() ? tensor : tensor.flip(axes);
}

/** `addWindow` in LibTorch's operators, for other devices. */
void addByOperators(const at::Tensor& sum, const at::Tensor& weight, const at::Tensor& logits, const std::array<bool, 3>& flip,
                    const at::Tensor& importance, const Overlap& overlap) {
  const at::Tensor probability = flipped(at::softmax(logits, 0, at::kFloat), flip), inside = crop(importance, overlap.inWindow);
  crop(sum, overlap.inVolume).addcmul_(crop(probability, overlap.inWindow), inside);
  crop(weight, overlap.inVolume).add_(inside);
}

void normalise(const at::Tensor& sum, const at::Tensor& weight, double temperature) {
  sum.div_(weight);
  if (temperature == 1) return;
  sum.pow_(1 / temperature);
  sum.div_(sum.sum(0));
}

}  // namespace

bool predictWindows(const Network& network, at::Device device, Precision precision, const WindowTask& task,
                    const std::function<bool(std::size_t)>& onDone) {
  const c10::InferenceMode inference;
  const auto [z, y, x] = task.shape;
  const auto [pz, py, px] = task.patch;
  const std::int64_t channels = network.spec().inputChannels, classes = network.spec().classes;
  // The tensors made from the caller's pointers are only read, but for the result.
  const at::Tensor image = at::from_blob(const_cast<float*>(task.image), {channels, z, y, x}, at::kFloat).to(device);
  const at::Tensor importance = at::from_blob(const_cast<float*>(task.importance), {pz, py, px}, at::kFloat).to(device);
  const at::Tensor result = at::from_blob(task.probability, {classes, z, y, x}, at::kFloat);
  const at::Tensor sum = device.is_cpu() ? result.zero_() : at::zeros_like(result, at::TensorOptions(device));
  const at::Tensor weight = at::zeros({z, y, x}, at::TensorOptions(device));

  const std::size_t copies = task.starts.size() * task.flips.size();
  for (std::size_t first = 0; first < copies; first += static_cast<std::size_t>(task.batch)) {
    const std::size_t count = std::min(static_cast<std::size_t>(task.batch), copies - first);
    const at::Tensor windows = at::zeros({static_cast<std::int64_t>(count), channels, pz, py, px}, at::TensorOptions(device));
    for (std::size_t i = 0; i < count; ++i) {
      const Overlap overlap = overlapOf(task.starts[(first + i) / task.flips.size()], task.patch, task.shape);
      const at::Tensor window = windows[static_cast<std::int64_t>(i)];
      const auto& flip = task.flips[(first + i) % task.flips.size()];
      crop(window, overlap.inWindow).copy_(crop(image, overlap.inVolume));
      if (!flippedAxes(flip).empty()) window.copy_(flipped(window, flip));
    }
    at::Tensor logits;
    {
      const AutocastScope autocast(device.type(), precision);
      logits = network.forward(windows, 1).front();
    }
    for (std::size_t i = 0; i < count; ++i) {
      const Overlap overlap = overlapOf(task.starts[(first + i) / task.flips.size()], task.patch, task.shape);
      const auto& flip = task.flips[(first + i) % task.flips.size()];
      const at::Tensor ofWindow = logits[static_cast<std::int64_t>(i)];
      if (device.is_cpu()) {
        addWindow(sum, weight, ofWindow, flip, importance, overlap);
      } else {
        addByOperators(sum, weight, ofWindow, flip, importance, overlap);
      }
    }
    if (!onDone(first + count)) return false;
  }
  normalise(sum, weight, task.temperature);
  if (!device.is_cpu()) result.copy_(sum);
  return true;
}

}  // namespace geoscribe
