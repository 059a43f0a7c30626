#include "core/tile_terrain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/smooth.hpp"

namespace geoscribe {

namespace {

bool read_in_place(const TerrainOptions& options) {
  if (options.smooth || options.channels.size() != 1) return false;
  const Channel& channel = options.channels.front();
  return channel.element == Element::float32 && channel.plain();
}

float least_float_from(double bound) {
  const auto nearest = static_cast<float>(bound);
  return nearest < bound ? std::nextafter(nearest, std::numeric_limits<float>::infinity()) : nearest;
}

float greatest_float_to(double bound) { return -least_float_from(-bound); }

}  // namespace

TileTerrain::TileTerrain(const TerrainOptions& options, const Workers& workers)
    : grid_(options.dims),
      options_(options),
      in_place_(read_in_place(options)),
      pool_(static_cast<std::size_t>(tile_size) * options.channels.size()),
      blocks_(in_place_ ? 0 : static_cast<std::size_t>(grid_.count())) {
  if (options.gate != GateRule::none) {
    for (const Channel& channel : options.channels) {
      const Gate gate = gate_of(options.gate, channel, grid_.dims.size(), workers);
      gate_low_.push_back(least_float_from(gate.low));
      gate_high_.push_back(greatest_float_to(gate.high));
    }
  }
}

const float* TileTerrain::tile(int64_t tile) {
  if (in_place_) return in_place(tile);
  auto& slot = blocks_[static_cast<std::size_t>(tile)];
  float* block = slot.load(std::memory_order_acquire);
  if (block != nullptr) return block;
  // Two threads may make the same tile; the first to finish wins.
  float* mine = pool_.take();
  make(tile, mine);
  if (slot.compare_exchange_strong(block, mine, std::memory_order_acq_rel)) return mine;
  pool_.give_back(mine);
  return block;
}

const float* TileTerrain::made(int64_t tile) const {
  return in_place_ ? in_place(tile) : blocks_[static_cast<std::size_t>(tile)].load(std::memory_order_acquire);
}

const float* TileTerrain::in_place(int64_t tile) const {
  if (!in_place_) return nullptr;
  const Voxel at = grid_.box(tile).begin;
  return static_cast<const float*>(options_.channels.front().data) + at.x + grid_.dims.x * (at.y + grid_.dims.y * at.z);
}

void TileTerrain::make(int64_t tile, float* block) const {
  const Box box = grid_.box(tile);
  const auto size = static_cast<std::size_t>(tile_size);
  std::fill_n(block, size * options_.channels.size(), 0.0f);
  for (std::size_t c = 0; c < options_.channels.size(); ++c) {
    float* values = block + size * c;
    if (options_.smooth) {
      smooth_box(grid_.dims, options_.channels[c], box, values, tile_x, tile_x * tile_y);
      continue;
    }
    for (int64_t z = box.begin.z; z < box.end.z; ++z) {
      for (int64_t y = box.begin.y; y < box.end.y; ++y) {
        options_.channels[c].read(box.begin.x + grid_.dims.x * (y + grid_.dims.y * z), box.end.x - box.begin.x,
                                  values + tile_x * (y - box.begin.y + tile_y * (z - box.begin.z)));
      }
    }
  }
  // A wall is one in every channel, so that the greatest difference over the channels is no number there.
  for (std::size_t i = 0; i < size; ++i) {
    bool finite = true;
    for (std::size_t c = 0; c < options_.channels.size(); ++c) finite = finite && std::isfinite(block[size * c + i]);
    if (finite) continue;
    for (std::size_t c = 0; c < options_.channels.size(); ++c) {
      block[size * c + i] = std::numeric_limits<float>::quiet_NaN();
    }
  }
}

}  // namespace geoscribe
