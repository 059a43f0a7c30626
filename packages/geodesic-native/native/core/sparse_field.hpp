#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/tiles.hpp"

namespace geoscribe {

/**
 * One float32 a voxel, stored by tile: memory follows the tiles that hold something.
 *
 * A block has `tile_size` values, x fastest with rows of `tile_x`, also where the volume cuts the tile short.
 */
class SparseField {
 public:
  explicit SparseField(const TileGrid& grid) : blocks_(static_cast<std::size_t>(grid.count())) {}

  /** Null where the tile holds nothing. */
  float* block(int64_t tile) const { return blocks_[static_cast<std::size_t>(tile)].get(); }

  /** The tile's block, made with `value` everywhere where there is none. Not to be called twice at once for one tile. */
  float* touch(int64_t tile, float value);

  void release(int64_t tile) { blocks_[static_cast<std::size_t>(tile)].reset(); }

 private:
  std::vector<std::unique_ptr<float[]>> blocks_;
};

}  // namespace geoscribe
