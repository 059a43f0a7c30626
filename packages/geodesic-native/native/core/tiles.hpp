#pragma once

#include <algorithm>
#include <cstdint>

#include "core/grid.hpp"

namespace geoscribe {

/** A tile is 32 x 16 x 8 voxels: a row is two cache lines, its distances with a halo fit in a core's own cache. */
inline constexpr int64_t tile_x = 32;
inline constexpr int64_t tile_y = 16;
inline constexpr int64_t tile_z = 8;
inline constexpr int64_t tile_rows = tile_y * tile_z;
inline constexpr int64_t tile_size = tile_x * tile_rows;

/** Half-open box of voxels. */
struct Box {
  Voxel begin;
  Voxel end;

  int64_t size() const { return (end.x - begin.x) * (end.y - begin.y) * (end.z - begin.z); }
};

/** The volume cut into tiles, x fastest; the last ones of an axis may be cut short. */
struct TileGrid {
  explicit TileGrid(const Dims& dims_)
      : dims(dims_),
        tiles{(dims_.x + tile_x - 1) / tile_x, (dims_.y + tile_y - 1) / tile_y, (dims_.z + tile_z - 1) / tile_z} {}

  Dims dims;
  /** Tiles along each axis. */
  Dims tiles;

  int64_t count() const { return tiles.size(); }

  int64_t tile_at(const Voxel& v) const {
    return v.x / tile_x + tiles.x * (v.y / tile_y + tiles.y * (v.z / tile_z));
  }

  Box box(int64_t tile) const {
    const Voxel at = voxel_of(tiles, tile);
    const Voxel begin{at.x * tile_x, at.y * tile_y, at.z * tile_z};
    return {begin, {std::min(dims.x, begin.x + tile_x), std::min(dims.y, begin.y + tile_y), std::min(dims.z, begin.z + tile_z)}};
  }
};

}  // namespace geoscribe
