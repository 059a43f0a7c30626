#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "core/block_pool.hpp"
#include "core/terrain.hpp"
#include "core/tiles.hpp"

namespace geoscribe {

/**
 * Smooth intensities tile by tile, made when a tile is first asked for and shared by all classes. One float32 channel
 * that is not to be smoothed is read where it lies.
 */
class TileTerrain {
 public:
  /** Finds the gates; the arrays of `options` must outlive the terrain. */
  TileTerrain(const TerrainOptions& options, const Workers& workers);
  TileTerrain(const TileTerrain&) = delete;
  TileTerrain& operator=(const TileTerrain&) = delete;

  const TileGrid& grid() const { return grid_; }
  int channels() const { return static_cast<int>(options_.channels.size()); }
  const uint8_t* mask() const { return options_.mask; }
  /** Least and greatest float32 that a gate admits, by channel; null where there is no gate. */
  const float* gate_low() const { return gate_low_.empty() ? nullptr : gate_low_.data(); }
  const float* gate_high() const { return gate_high_.empty() ? nullptr : gate_high_.data(); }

  /** Intensities of the tile from its first voxel on, NaN where not finite. May be called from several threads. */
  const float* tile(int64_t tile);
  /** The same where `tile` has been called for it. */
  const float* made(int64_t tile) const;
  int64_t row() const { return in_place_ ? grid_.dims.x : tile_x; }
  int64_t plane() const { return in_place_ ? grid_.dims.plane() : tile_x * tile_y; }
  int64_t channel() const { return tile_size; }
  /** The source of the first channel at the tile, where it is read in place; else null. */
  const float* in_place(int64_t tile) const;

 private:
  void make(int64_t tile, float* block) const;

  const TileGrid grid_;
  const TerrainOptions options_;
  const bool in_place_;
  std::vector<float> gate_low_;
  std::vector<float> gate_high_;
  BlockPool pool_;
  std::vector<std::atomic<float*>> blocks_;
};

}  // namespace geoscribe
