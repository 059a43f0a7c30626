#pragma once

#include <cstdint>
#include <vector>

namespace geoscribe {

/** Voxel counts; memory order is x fastest. */
struct Dims {
  int64_t x = 1;
  int64_t y = 1;
  int64_t z = 1;

  int64_t plane() const { return x * y; }
  int64_t size() const { return x * y * z; }
};

/** Voxel edge lengths in mm, > 0. */
struct Spacing {
  double x = 1;
  double y = 1;
  double z = 1;

  double smallest() const;
};

struct Voxel {
  int64_t x;
  int64_t y;
  int64_t z;
};

inline Voxel voxel_of(const Dims& dims, int64_t index) {
  const int64_t plane = dims.plane();
  const int64_t in_plane = index % plane;
  return {in_plane % dims.x, in_plane / dims.x, index / plane};
}

/** One of the 6 or 26 ways to leave a voxel. */
struct Step {
  int64_t dx;
  int64_t dy;
  int64_t dz;
  /** Difference of the flat indices. */
  int64_t offset;
  /** w_d * h, rounded once to float32; h = physical length / smallest spacing. */
  float length_cost;

  bool inside(const Dims& dims, const Voxel& from) const {
    const int64_t x = from.x + dx, y = from.y + dy, z = from.z + dz;
    return x >= 0 && y >= 0 && z >= 0 && x < dims.x && y < dims.y && z < dims.z;
  }
};

/** Physical length of a step over the smallest spacing. A permutation of the axes together with their spacings gives the
 *  same bits: squares are summed from the smallest. */
double step_length(const Spacing& spacing, int64_t dx, int64_t dy, int64_t dz);

/** All steps of a neighbourhood of 6 or 26. */
std::vector<Step> steps_of(const Dims& dims, const Spacing& spacing, int neighbours, double distance_weight);

}  // namespace geoscribe
