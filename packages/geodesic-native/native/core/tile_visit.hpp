#pragma once

#include <cstdint>

#include "core/tiles.hpp"

namespace geoscribe {

/** Rows of one tile, a bit each: row y of plane z is bit y + tile_y * z. */
struct RowSet {
  uint64_t words[2] = {0, 0};

  static constexpr int index(int z, int y) { return y + static_cast<int>(tile_y) * z; }

  void add(int row) { words[row >> 6] |= uint64_t{1} << (row & 63); }
  void add(const RowSet& other) {
    words[0] |= other.words[0];
    words[1] |= other.words[1];
  }
  bool empty() const { return (words[0] | words[1]) == 0; }
  static RowSet every() { return {{~uint64_t{0}, ~uint64_t{0}}}; }
};
static_assert(tile_rows == 128);

/** A tile and those around it: index (dx + 1) + 3 (dy + 1) + 9 (dz + 1). */
inline constexpr int around = 27;
inline constexpr int own = 13;
constexpr int neighbour_index(int dx, int dy, int dz) { return (dx + 1) + 3 * (dy + 1) + 9 * (dz + 1); }

/** The arrays that a tile is worked on in: every row with a halo of one voxel, rows of a halo around them. */
inline constexpr int work_margin = 16;
inline constexpr int work_pitch = static_cast<int>(tile_x) + work_margin;
inline constexpr int work_rows_y = static_cast<int>(tile_y) + 2;
inline constexpr int work_rows_z = static_cast<int>(tile_z) + 2;
inline constexpr int work_size = work_pitch * work_rows_y * work_rows_z + 2 * work_margin;

struct WorkArrays {
  float* distance;
  float* node_cost;
  /** One array of `work_size` a channel, one behind the other. */
  float* intensity;
};

/** One visit of a tile: what the kernel reads, and what it tells. Pointers are those of a tile's first voxel. */
struct TileVisit {
  /** Voxels of the tile along x, y, z. */
  int extent[3];
  /** 6 or 26. */
  int neighbours;
  int channels;

  /** Stored distances, +Infinity where unreached; null where nothing is reached yet or there is no tile. */
  float* distance[around];
  int64_t distance_row, distance_plane;
  /** False: the tile's own distances are all unreached, whatever its memory holds of rows not written yet. */
  bool stored;
  /** Smooth intensities of the tiles that have distances, and of the tile itself. */
  const float* intensity[around];
  int64_t intensity_row, intensity_plane, intensity_channel;
  /** Of the whole volume, at the tile's first voxel; null where there is none. */
  const float* probability;
  const uint8_t* probability_bytes;
  const uint8_t* mask;
  int64_t volume_row, volume_plane;
  /** Whether there is a tile. */
  bool exists[around];

  /** By step: w_d * h. */
  float length_cost[around];
  float gradient_weight;
  float probability_weight;
  /** The next float after the cutoff. */
  float beyond;
  /** Least and greatest intensity by channel; null: everything is admitted. */
  const float* gate_low;
  const float* gate_high;

  /** Rows that something outside the tile may improve, or whose own distances are new. */
  RowSet pending;
  /** True: the pending rows have new distances of their own. */
  bool renewed;
  /** Rows within this of the least are worked on together. */
  float batch_span;
  /**
   * First voxel of the next tile, whose values are fetched meanwhile: intensities and probabilities, and the distances
   * where the tile to its left or right has some; null = none.
   */
  const float* next_intensity;
  const float* next_probability;
  const float* next_left;
  const float* next_right;

  /** Out: rows of the tiles around that may improve, and the least candidate for each; +Infinity = none. */
  RowSet outward[around];
  float outward_key[around];
  /** Out: voxels that are reached now and were not before. */
  int64_t newly_reached;
  /** Out: whether any distance was written. */
  bool wrote;
};

}  // namespace geoscribe
