#include "core/smooth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/exact_sum.hpp"

namespace geoscribe {

namespace {

float mean_around(const Dims& dims, const Channel& channel, const Voxel& at) {
  if (!std::isfinite(channel.at(at.x + dims.x * (at.y + dims.y * at.z)))) return std::numeric_limits<float>::quiet_NaN();
  float values[most_summands];
  std::size_t count = 0;
  for (int64_t z = std::max<int64_t>(0, at.z - 1); z <= std::min(dims.z - 1, at.z + 1); ++z) {
    for (int64_t y = std::max<int64_t>(0, at.y - 1); y <= std::min(dims.y - 1, at.y + 1); ++y) {
      for (int64_t x = std::max<int64_t>(0, at.x - 1); x <= std::min(dims.x - 1, at.x + 1); ++x) {
        const float value = channel.at(x + dims.x * (y + dims.y * z));
        if (std::isfinite(value)) values[count++] = value;
      }
    }
  }
  return static_cast<float>(exact_sum({values, count}) / static_cast<double>(count));
}

/** Voxel by voxel, where the exponents of a piece are too far apart for sums in float64. */
void smooth_wild(const SmoothPiece& piece, const Dims& dims, const Channel& channel) {
  for (int64_t z = 0; z < piece.cz; ++z) {
    for (int64_t y = 0; y < piece.cy; ++y) {
      float* row = piece.output + piece.row * y + piece.plane * z;
      for (int64_t x = 0; x < piece.cx; ++x) {
        row[x] = mean_around(dims, channel, {piece.x + x, piece.y + y, piece.z + z});
      }
    }
  }
}

}  // namespace

void smooth_box(const Dims& dims, const Channel& channel, const Box& box, float* output, int64_t row, int64_t plane,
                const Kernels& kernels) {
  SmoothPiece piece{channel.data, channel.element, channel.plain(), channel.scale, channel.offset,
                    dims.x, dims.y, dims.z, 0, 0, 0, 0, 0, 0, nullptr, row, plane};
  for (piece.z = box.begin.z; piece.z < box.end.z; piece.z += tile_z) {
    piece.cz = std::min(tile_z, box.end.z - piece.z);
    for (piece.y = box.begin.y; piece.y < box.end.y; piece.y += tile_y) {
      piece.cy = std::min(tile_y, box.end.y - piece.y);
      for (piece.x = box.begin.x; piece.x < box.end.x; piece.x += tile_x) {
        piece.cx = std::min(tile_x, box.end.x - piece.x);
        piece.output = output + (piece.x - box.begin.x) + row * (piece.y - box.begin.y) + plane * (piece.z - box.begin.z);
        if (!kernels.smooth_piece(piece)) smooth_wild(piece, dims, channel);
      }
    }
  }
}

void smooth(const Dims& dims, const Channel& channel, float* output, const Workers& workers) {
  const TileGrid grid(dims);
  workers.run(grid.count(), [&](int64_t tile) {
    const Box box = grid.box(tile);
    float* first = output + box.begin.x + dims.x * (box.begin.y + dims.y * box.begin.z);
    smooth_box(dims, channel, box, first, dims.x, dims.plane());
  });
}

}  // namespace geoscribe
