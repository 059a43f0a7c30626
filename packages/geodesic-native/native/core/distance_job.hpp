#pragma once

#include <cstdint>
#include <vector>

#include "core/distance.hpp"
#include "core/fixed_point.hpp"
#include "core/terrain.hpp"

namespace geoscribe {

/** One class of a transform. */
struct DistanceClass {
  uint8_t seed_class;
  double distance_weight;
  /** Null: the probability term is left out. */
  Probability probability;
};

/** The transform of several classes from raw arrays. */
struct DistanceOptions {
  TerrainOptions terrain;
  Spacing spacing;
  int neighbours = 6;
  float gradient_weight = 1.0f;
  float probability_weight = 0.1f;
  float cutoff = 5.0f;
  const uint8_t* seeds = nullptr;
  std::vector<DistanceClass> classes;
  Algorithm algorithm = Algorithm::tiles;
};

/**
 * Fills one array a class. Progress is a share of the work, ending at 1.
 *
 * @returns voxels with a distance, by class
 */
std::vector<int64_t> geodesic_distance(const DistanceOptions& options, const std::vector<float*>& distances,
                                       const Workers& workers);

/** The first voxel, by class and then by index, that is not what its neighbours say. */
struct DistanceCheck {
  int64_t violations = 0;
  /** Index into the classes and flat index of the voxel; meaningless without any violation. */
  std::size_t first_class = 0;
  int64_t first_voxel = 0;
};

/** Checks distances of the same options. */
DistanceCheck verify_distance(const DistanceOptions& options, const std::vector<const float*>& distances,
                              const Workers& workers);

}  // namespace geoscribe
