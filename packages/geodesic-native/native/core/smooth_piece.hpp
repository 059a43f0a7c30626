#pragma once

#include <cstdint>

#include "core/elements.hpp"

namespace geoscribe {

/** A box of at most a tile's size to be smoothed: see core/smooth.hpp for what the values mean. */
struct SmoothPiece {
  /** The volume: [nz, ny, nx] values, value = float32(raw * scale + offset), raw itself where `plain`. */
  const void* data;
  Element element;
  bool plain;
  double scale;
  double offset;
  int64_t nx, ny, nz;
  /** The box: first voxel and extent. */
  int64_t x, y, z;
  int64_t cx, cy, cz;
  /** Value of the first voxel; floats between rows and between planes. */
  float* output;
  int64_t row;
  int64_t plane;
};

}  // namespace geoscribe
