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

/** Hears now and then how many voxels have been settled. */
using Settled = std::function<void(int64_t voxels)>;

/** Ways to the same bits: a queue of tiles (tile_solver.hpp), buckets of distances, a binary heap. */
enum class Algorithm { tiles, bucket, heap };

/**
 * Least path cost from the seeds to every voxel: Dijkstra (1959) with a binary heap and lazy deletion.
 *
 * `distance` (one float32 a voxel) is overwritten: 0 on seeds, +Infinity where unreached. Seeds are never gated.
 */
void distance_by_heap(const Terrain& terrain, const ClassCost& cost, const std::vector<int64_t>& seeds, float* distance,
                      const Control& control, const Settled& settled);

/** The same with buckets of distances instead of the heap (Dial 1969). */
void distance_by_bucket(const Terrain& terrain, const ClassCost& cost, const std::vector<int64_t>& seeds, float* distance,
                        const Control& control, const Settled& settled);

}  // namespace geoscribe
