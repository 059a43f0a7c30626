#pragma once

#include <cstdint>
#include <vector>

#include "core/block_pool.hpp"
#include "core/tiles.hpp"

namespace geoscribe {

/**
 * One float32 a voxel, stored by tile: memory follows the tiles that hold something.
 *
 * A block has `tile_size` values, x fastest with rows of `tile_x`, also where the volume cuts the tile short.
 */
class SparseField {
 public:
  /** Blocks come from `pool`, which must outlive the field. */
  SparseField(const TileGrid& grid, BlockPool& pool) : pool_(&pool), blocks_(static_cast<std::size_t>(grid.count())) {}
  ~SparseField();
  SparseField(SparseField&&) = default;

  /** Null where the tile holds nothing. */
  float* block(int64_t tile) const { return blocks_[static_cast<std::size_t>(tile)]; }

  /** The tile's block, made with `value` everywhere where there is none. Not to be called twice at once for one tile. */
  float* touch(int64_t tile, float value);

  /** The tile holds nothing any more. */
  void release(int64_t tile);

 private:
  BlockPool* pool_;
  std::vector<float*> blocks_;
};

}  // namespace geoscribe
