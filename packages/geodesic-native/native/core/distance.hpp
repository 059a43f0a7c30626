#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "core/control.hpp"
#include "core/elements.hpp"
#include "core/grid.hpp"
#include "core/terrain.hpp"

namespace geoscribe {

inline constexpr float unreached = std::numeric_limits<float>::infinity();

/** What makes the path cost of one class. */
struct ClassCost {
  std::vector<Step> steps;
  float gradient_weight;
  float probability_weight;
  /** Probability of the class by voxel; null: the term is left out. A NaN is a wall. */
  Probability probability;
  /** Paths longer than this are unreached. */
  float cutoff;
};

/** Voxels with label `seed_class` in a seed map, ascending. */
std::vector<int64_t> seeds_of(const uint8_t* seed_map, int64_t size, uint8_t seed_class, const Control& control);

/** Ways to the same bits: a queue of tiles, buckets of distances, a binary heap. */
enum class Algorithm { tiles, bucket, heap };

/**
 * Least path cost from the seeds to every voxel: Dijkstra with a binary heap and lazy deletion.
 *
 * `distance` (one float32 a voxel) is overwritten: 0 on seeds, +Infinity where unreached. Seeds are never gated.
 * `settled` hears now and then how many voxels have their final value.
 */
void distance_by_heap(const Terrain& terrain, const ClassCost& cost, const std::vector<int64_t>& seeds, float* distance,
                      const Control& control, const std::function<void(int64_t)>& settled);

}  // namespace geoscribe
