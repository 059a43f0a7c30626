#include "core/walled.hpp"

#include <cmath>
#include <cstring>
#include <mutex>

namespace geoscribe {

namespace {

bool all_background(const OriginLabel& origin, int64_t begin, int64_t count) {
  uint64_t any = 0;
  if (origin.words != nullptr) {
    for (int64_t i = 0; i < count; ++i) any |= origin.words[begin + i];
    return any == 0;
  }
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    uint64_t eight;
    std::memcpy(&eight, origin.bytes + begin + i, 8);
    any |= eight;
  }
  for (; i < count; ++i) any |= origin.bytes[begin + i];
  return any == 0;
}

bool is_walled(const TileTerrain& terrain, const float* intensity) {
  bool outside = false;
  for (int c = 0; c < terrain.channels(); ++c) {
    const float value = intensity[terrain.channel() * c];
    if (!std::isfinite(value)) return false;
    outside = outside || value < terrain.gate_low()[c] || value > terrain.gate_high()[c];
  }
  return outside;
}

struct Counts {
  std::vector<int64_t> predicted, walled;
};

void count_row(const CaseData& data, TileTerrain& terrain, int64_t tile, int64_t begin, int64_t in_tile, int64_t nx, Counts& counts) {
  if (all_background(data.origin, begin, nx)) {
    counts.predicted[0] += nx;
    return;
  }
  const float* intensity = terrain.gate_low() == nullptr ? nullptr : terrain.tile(tile) + in_tile;
  for (int64_t x = 0; x < nx; ++x) {
    const auto origin = static_cast<std::size_t>(data.origin.at(begin + x));
    ++counts.predicted[origin];
    if (origin > 0 && intensity != nullptr && is_walled(terrain, intensity + x)) ++counts.walled[origin];
  }
}

}  // namespace

void count_walled(const CaseData& data, TileTerrain& terrain, PseudoLabelStatistics& statistics, const Workers& workers) {
  const TileGrid& grid = terrain.grid();
  const auto classes = static_cast<std::size_t>(data.classes);
  statistics.predicted_voxels.assign(classes, 0);
  statistics.walled_voxels.assign(classes, 0);
  std::mutex mutex;
  const int64_t layers = grid.tiles.y * grid.tiles.z;
  workers.run(layers, [&](int64_t layer) {
    Counts counts{std::vector<int64_t>(classes, 0), std::vector<int64_t>(classes, 0)};
    for (int64_t tile = grid.tiles.x * layer; tile < grid.tiles.x * (layer + 1); ++tile) {
      workers.control.check();
      const Box box = grid.box(tile);
      for (int64_t z = box.begin.z; z < box.end.z; ++z) {
        for (int64_t y = box.begin.y; y < box.end.y; ++y) {
          const int64_t begin = box.begin.x + data.dims.x * (y + data.dims.y * z);
          const int64_t in_tile = terrain.row() * (y - box.begin.y) + terrain.plane() * (z - box.begin.z);
          count_row(data, terrain, tile, begin, in_tile, box.end.x - box.begin.x, counts);
        }
      }
    }
    std::lock_guard lock(mutex);
    for (std::size_t c = 0; c < classes; ++c) {
      statistics.predicted_voxels[c] += counts.predicted[c];
      statistics.walled_voxels[c] += counts.walled[c];
    }
  });
}

}  // namespace geoscribe
