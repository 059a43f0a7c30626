#include "core/low_resolution.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace geoscribe {
namespace {

/** Where a fine sample lies between two coarse ones. */
struct Place {
  std::int64_t low, high;
  float fraction;
};

std::vector<Place> placesOf(std::int64_t fine, std::int64_t coarse) {
  std::vector<Place> places;
  const double ratio = static_cast<double>(coarse) / static_cast<double>(fine);
  for (std::int64_t i = 0; i < fine; ++i) {
    const double position = std::max(0.0, (static_cast<double>(i) + 0.5) * ratio - 0.5);
    const auto low = std::min(coarse - 1, static_cast<std::int64_t>(position));
    places.push_back({low, std::min(coarse - 1, low + 1), static_cast<float>(position - static_cast<double>(low))});
  }
  return places;
}

std::vector<std::int64_t> nearestOf(std::int64_t fine, std::int64_t coarse) {
  std::vector<std::int64_t> nearest;
  const double ratio = static_cast<double>(fine) / static_cast<double>(coarse);
  for (std::int64_t i = 0; i < coarse; ++i) nearest.push_back(std::min(fine - 1, static_cast<std::int64_t>((static_cast<double>(i) + 0.5) * ratio)));
  return nearest;
}

std::vector<float> shrunk(std::span<const float> channel, const Index3& shape, const Index3& coarse) {
  const std::vector<std::int64_t> zs = nearestOf(shape[0], coarse[0]), ys = nearestOf(shape[1], coarse[1]), xs = nearestOf(shape[2], coarse[2]);
  std::vector<float> samples;
  samples.reserve(static_cast<std::size_t>(voxelCount(coarse)));
  for (const std::int64_t z : zs) {
    for (const std::int64_t y : ys) {
      const float* line = channel.data() + (z * shape[1] + y) * shape[2];
      for (const std::int64_t x : xs) samples.push_back(line[x]);
    }
  }
  return samples;
}

void enlargeLines(const float* from, float* to, std::int64_t lines, std::int64_t coarse, const std::vector<Place>& places) {
  for (std::int64_t line = 0; line < lines; ++line, from += coarse) {
    for (const auto& [low, high, fraction] : places) *to++ = from[low] + fraction * (from[high] - from[low]);
  }
}

/** An axis whose neighbours lie `inner` values apart. */
void enlargeRows(const float* from, float* to, std::int64_t outer, std::int64_t coarse, std::int64_t inner, const std::vector<Place>& places) {
  for (std::int64_t o = 0; o < outer; ++o, from += coarse * inner) {
    for (const Place& place : places) {
      const float *low = from + place.low * inner, *high = from + place.high * inner;
      const float fraction = place.fraction;
      for (std::int64_t i = 0; i < inner; ++i) to[i] = low[i] + fraction * (high[i] - low[i]);
      to += inner;
    }
  }
}

}  // namespace

Index3 coarseShape(const Index3& shape, double zoom, std::optional<int> keep) {
  Index3 coarse = shape;
  for (int axis = 0; axis < 3; ++axis) {
    if (keep != axis) coarse[axis] = std::max<std::int64_t>(1, std::llrint(zoom * static_cast<double>(shape[axis])));
  }
  return coarse;
}

void lowerResolution(std::span<float> channel, const Index3& shape, const Index3& coarse) {
  // Linear enlarging is separable: one axis after the other, the shortest lines first.
  const std::vector<float> samples = shrunk(channel, shape, coarse);
  std::vector<float> wide(static_cast<std::size_t>(coarse[0] * coarse[1] * shape[2])), high(static_cast<std::size_t>(coarse[0] * shape[1] * shape[2]));
  enlargeLines(samples.data(), wide.data(), coarse[0] * coarse[1], coarse[2], placesOf(shape[2], coarse[2]));
  enlargeRows(wide.data(), high.data(), coarse[0], coarse[1], shape[2], placesOf(shape[1], coarse[1]));
  enlargeRows(high.data(), channel.data(), 1, coarse[0], shape[1] * shape[2], placesOf(shape[0], coarse[0]));
}

}  // namespace geoscribe
