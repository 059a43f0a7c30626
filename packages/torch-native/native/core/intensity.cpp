#include "core/intensity.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace geoscribe {
namespace {

struct Moments {
  double mean;
  double deviation;
};

Moments momentsOf(std::span<const float> channel) {
  double sum = 0;
  for (const float value : channel) sum += value;
  const double mean = sum / static_cast<double>(channel.size());
  double squares = 0;
  for (const float value : channel) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / static_cast<double>(channel.size()))};
}

/** Index in [0, size) of a position that may lie outside, mirrored at the outer faces of the border voxels. */
std::int64_t reflect(std::int64_t index, std::int64_t size) {
  const std::int64_t period = 2 * size;
  const std::int64_t wrapped = ((index % period) + period) % period;
  return wrapped < size ? wrapped : period - 1 - wrapped;
}

/** Calls line(first element, step) for every line along the axis. */
template <typename Line>
void forEachLine(const Index3& shape, int axis, Line line) {
  const std::int64_t step = axis == 2 ? 1 : axis == 1 ? shape[2] : shape[1] * shape[2];
  const std::int64_t outer = voxelCount(shape) / (step * shape[axis]);
  for (std::int64_t o = 0; o < outer; ++o) {
    for (std::int64_t i = 0; i < step; ++i) line(o * step * shape[axis] + i, step);
  }
}

/** One axis of nearest shrinking to `target` samples and linear enlarging back. */
void lowerAxis(std::span<float> channel, const Index3& shape, int axis, std::int64_t target) {
  const std::int64_t size = shape[axis];
  std::vector<float> coarse(static_cast<std::size_t>(target));
  const double ratio = static_cast<double>(size) / static_cast<double>(target);
  forEachLine(shape, axis, [&](std::int64_t first, std::int64_t step) {
    for (std::int64_t i = 0; i < target; ++i) {
      const auto nearest = std::min(size - 1, static_cast<std::int64_t>((static_cast<double>(i) + 0.5) * ratio));
      coarse[static_cast<std::size_t>(i)] = channel[static_cast<std::size_t>(first + nearest * step)];
    }
    for (std::int64_t i = 0; i < size; ++i) {
      const double position = std::clamp((static_cast<double>(i) + 0.5) / ratio - 0.5, 0.0, static_cast<double>(target - 1));
      const auto low = static_cast<std::size_t>(position);
      const std::size_t high = std::min(low + 1, coarse.size() - 1);
      const double fraction = position - static_cast<double>(low);
      channel[static_cast<std::size_t>(first + i * step)] = static_cast<float>((1 - fraction) * coarse[low] + fraction * coarse[high]);
    }
  });
}

}  // namespace

void addNoise(std::span<float> channel, double sigma, CounterRandom& random) {
  for (float& value : channel) value += static_cast<float>(sigma * random.normal());
}

void blur(std::span<float> channel, const Index3& shape, double sigma) {
  const auto radius = static_cast<std::int64_t>(4 * sigma + 0.5);
  std::vector<double> weights;
  double sum = 0;
  for (std::int64_t k = -radius; k <= radius; ++k) {
    weights.push_back(std::exp(-0.5 * static_cast<double>(k * k) / (sigma * sigma)));
    sum += weights.back();
  }
  for (double& weight : weights) weight /= sum;
  for (int axis = 0; axis < 3; ++axis) {
    std::vector<float> line(static_cast<std::size_t>(shape[axis]));
    forEachLine(shape, axis, [&](std::int64_t first, std::int64_t step) {
      for (std::int64_t i = 0; i < shape[axis]; ++i) line[static_cast<std::size_t>(i)] = channel[static_cast<std::size_t>(first + i * step)];
      for (std::int64_t i = 0; i < shape[axis]; ++i) {
        double value = 0;
        for (std::int64_t k = -radius; k <= radius; ++k) {
          value += weights[static_cast<std::size_t>(k + radius)] * line[static_cast<std::size_t>(reflect(i + k, shape[axis]))];
        }
        channel[static_cast<std::size_t>(first + i * step)] = static_cast<float>(value);
      }
    });
  }
}

void changeBrightness(std::span<float> channel, double factor) {
  for (float& value : channel) value = static_cast<float>(factor * value);
}

void changeContrast(std::span<float> channel, double factor) {
  const double mean = momentsOf(channel).mean;
  const auto [low, high] = std::ranges::minmax(channel);
  for (float& value : channel) value = std::clamp(static_cast<float>(mean + factor * (value - mean)), low, high);
}

void lowerResolution(std::span<float> channel, const Index3& shape, double zoom, std::optional<int> keep) {
  // Both steps are separable, so that the axes can be taken one after the other.
  for (int axis = 0; axis < 3; ++axis) {
    if (keep == axis) continue;
    lowerAxis(channel, shape, axis, std::max<std::int64_t>(1, std::llround(zoom * static_cast<double>(shape[axis]))));
  }
}

void changeGamma(std::span<float> channel, double exponent, bool negated) {
  constexpr double tiny = 1e-7;
  const double sign = negated ? -1 : 1;
  const Moments before = momentsOf(channel);
  const auto [low, high] = std::ranges::minmax(channel);
  const double least = negated ? -high : low;
  const double range = static_cast<double>(high) - low;
  for (float& value : channel) {
    const double share = std::max(0.0, sign * value - least) / (range + tiny);
    value = static_cast<float>(std::pow(share, exponent) * range + least);
  }
  const Moments after = momentsOf(channel);
  for (float& value : channel) {
    const double standard = (value - after.mean) / std::max(after.deviation, tiny);
    value = static_cast<float>(sign * (standard * before.deviation + sign * before.mean));
  }
}

}  // namespace geoscribe
