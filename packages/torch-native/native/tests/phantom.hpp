#pragma once

#include <cmath>
#include <vector>

#include "core/patch.hpp"

namespace geoscribe::testing {

/** A volume whose voxels all differ, with labels 0 to 2 and a confidence that is never 0 inside. */
struct Phantom {
  Index3 shape;
  std::int64_t channels;
  std::vector<float> image;
  std::vector<std::uint8_t> label;
  std::vector<float> confidence;

  Phantom(Index3 shape, std::int64_t channels) : shape(shape), channels(channels) {
    const auto voxels = static_cast<std::size_t>(voxelCount(shape));
    for (std::size_t i = 0; i < voxels * static_cast<std::size_t>(channels); ++i) {
      image.push_back(static_cast<float>(std::sin(0.7 * static_cast<double>(i)) + 0.001 * static_cast<double>(i)));
    }
    for (std::size_t i = 0; i < voxels; ++i) {
      label.push_back(static_cast<std::uint8_t>(i / 3 % 3));
      confidence.push_back(0.25F + 0.5F * static_cast<float>(i) / static_cast<float>(voxels));
    }
  }

  CaseView view() const { return {image.data(), channels, shape, label.data(), confidence.data()}; }
  std::size_t index(std::int64_t z, std::int64_t y, std::int64_t x) const { return static_cast<std::size_t>((z * shape[1] + y) * shape[2] + x); }
};

}  // namespace geoscribe::testing
