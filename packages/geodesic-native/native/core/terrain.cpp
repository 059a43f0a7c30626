#include "core/terrain.hpp"

#include <cmath>
#include <limits>

#include "core/rows.hpp"
#include "core/smooth.hpp"

namespace geoscribe {

namespace {

void copy_finite(const Dims& dims, const Channel& channel, float* output, const Workers& workers) {
  for_rows(dims, workers, [&](int64_t, int64_t begin, int64_t end) {
    channel.read(begin, end - begin, output + begin);
    for (int64_t v = begin; v < end; ++v) {
      if (!std::isfinite(output[v])) output[v] = std::numeric_limits<float>::quiet_NaN();
    }
  });
}

uint8_t wall_of(const Terrain& terrain, const std::vector<Gate>& gates, const uint8_t* mask, int64_t voxel) {
  unsigned wall = mask != nullptr && mask[voxel] == 0 ? outside_mask : open;
  for (std::size_t c = 0; c < gates.size(); ++c) {
    const float smoothed = terrain.channels[c][static_cast<std::size_t>(voxel)];
    if (std::isnan(smoothed)) {
      wall |= not_finite;
    } else if (!gates[c].admits(smoothed)) {
      wall |= outside_gate;
    }
  }
  return static_cast<uint8_t>(wall);
}

}  // namespace

Terrain make_terrain(const TerrainOptions& options, const Workers& workers) {
  const Dims& dims = options.dims;
  const auto size = static_cast<std::size_t>(dims.size());
  Terrain terrain{dims, {}, std::make_unique_for_overwrite<uint8_t[]>(size)};
  std::vector<Gate> gates;
  for (const Channel& channel : options.channels) {
    gates.push_back(gate_of(options.gate, channel, dims.size(), workers));
    auto& smoothed = terrain.channels.emplace_back(std::make_unique_for_overwrite<float[]>(size));
    (options.smooth ? smooth : copy_finite)(dims, channel, smoothed.get(), workers);
  }
  for_rows(dims, workers, [&](int64_t, int64_t begin, int64_t end) {
    for (int64_t v = begin; v < end; ++v) {
      terrain.walls[static_cast<std::size_t>(v)] = wall_of(terrain, gates, options.mask, v);
    }
  });
  return terrain;
}

}  // namespace geoscribe
