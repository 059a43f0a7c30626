#pragma once

#include <cstdint>
#include <vector>

#include "core/distance.hpp"
#include "core/fixed_point.hpp"
#include "core/terrain.hpp"

namespace geoscribe {

/** One class's transform from raw arrays. */
struct DistanceOptions {
  TerrainOptions terrain;
  Spacing spacing;
  int neighbours = 6;
  double distance_weight = 0.01;
  float gradient_weight = 1.0f;
  float probability_weight = 0.1f;
  float cutoff = 5.0f;
  /** Null: the probability term is left out. */
  Probability probability;
  const uint8_t* seeds = nullptr;
  uint8_t seed_class = 1;
};

/** Fills `distance`; progress is the share of voxels that are final, and 1 at the end. */
void geodesic_distance(const DistanceOptions& options, float* distance, const Workers& workers);

/** Checks a distance of the same options. */
FixedPoint verify_distance(const DistanceOptions& options, const float* distance, const Workers& workers);

}  // namespace geoscribe
