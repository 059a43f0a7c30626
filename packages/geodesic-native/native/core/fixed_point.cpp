#include "core/fixed_point.hpp"

#include <algorithm>
#include <bit>
#include <mutex>

#include "core/rows.hpp"
#include "core/step_cost.hpp"

namespace geoscribe {

namespace {

float least_from_neighbours(const Terrain& terrain, const ClassCost& cost, const float* distance, int64_t voxel) {
  if (terrain.wall(voxel) != open) return unreached;
  const float entry =
      cost.probability ? probability_cost(cost.probability_weight, cost.probability.at(voxel)) : 0.0f;
  const Voxel here = voxel_of(terrain.dims, voxel);
  float least = unreached;
  for (const Step& step : cost.steps) {
    // The neighbourhood is symmetric: the step from the neighbour has the same length.
    if (!step.inside(terrain.dims, here)) continue;
    const int64_t from = voxel + step.offset;
    if ((terrain.wall(from) & not_finite) != 0) continue;
    const float candidate =
        distance[from] + step_cost(step.length_cost, cost.gradient_weight, terrain.difference(from, voxel), entry);
    if (candidate < least) least = candidate;
  }
  return least <= cost.cutoff ? least : unreached;
}

}  // namespace

FixedPoint verify_fixed_point(const Terrain& terrain, const ClassCost& cost, const std::vector<int64_t>& seeds,
                              const float* distance, const Workers& workers) {
  FixedPoint result{0, 0};
  std::mutex mutex;
  for_rows(terrain.dims, workers, [&](int64_t, int64_t begin, int64_t end) {
    FixedPoint row{0, 0};
    auto seed = std::lower_bound(seeds.begin(), seeds.end(), begin);
    for (int64_t v = begin; v < end; ++v) {
      const bool is_seed = seed != seeds.end() && *seed == v;
      while (seed != seeds.end() && *seed == v) ++seed;
      const float expected = is_seed ? 0.0f : least_from_neighbours(terrain, cost, distance, v);
      if (std::bit_cast<uint32_t>(distance[v]) == std::bit_cast<uint32_t>(expected)) continue;
      if (row.violations++ == 0) row.first = v;
    }
    if (row.violations == 0) return;
    std::lock_guard lock(mutex);
    if (result.violations == 0 || row.first < result.first) result.first = row.first;
    result.violations += row.violations;
  });
  return result;
}

}  // namespace geoscribe
