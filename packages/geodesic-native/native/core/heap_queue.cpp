#include <algorithm>
#include <cmath>
#include <queue>

#include "core/chunks.hpp"
#include "core/distance.hpp"
#include "core/step_cost.hpp"

namespace geoscribe {

namespace {

constexpr int64_t pops_between_checks = 512;
constexpr int64_t pops_between_reports = int64_t{1} << 16;

struct Entry {
  float distance;
  int64_t voxel;

  bool operator>(const Entry& other) const { return distance > other.distance; }
};

}  // namespace

void distance_by_heap(const Terrain& terrain, const ClassCost& cost, const std::vector<int64_t>& seeds, float* distance,
                      const Control& control, const Settled& settled) {
  const Dims& dims = terrain.dims;
  // The next float after the cutoff: `candidate < distance` alone keeps paths beyond it out.
  const float beyond = std::nextafter(cost.cutoff, unreached);
  for_chunks(dims.size(), control, [&](int64_t begin, int64_t end) { std::fill(distance + begin, distance + end, beyond); });

  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> heap;
  for (const int64_t seed : seeds) {
    distance[seed] = 0.0f;
    if ((terrain.wall(seed) & not_finite) == 0) heap.push({0.0f, seed});
  }
  int64_t pops = 0;
  int64_t done = 0;
  while (!heap.empty()) {
    if (++pops % pops_between_checks == 0) control.check();
    const Entry nearest = heap.top();
    heap.pop();
    if (nearest.distance > distance[nearest.voxel]) continue;
    if (++done % pops_between_reports == 0 && settled) settled(done);
    const Voxel from = voxel_of(dims, nearest.voxel);
    for (const Step& step : cost.steps) {
      if (!step.inside(dims, from)) continue;
      const int64_t to = nearest.voxel + step.offset;
      if (terrain.wall(to) != open) continue;
      const float entry =
          cost.probability ? probability_cost(cost.probability_weight, cost.probability.at(to)) : 0.0f;
      const float candidate =
          nearest.distance +
          step_cost(step.length_cost, cost.gradient_weight, terrain.difference(nearest.voxel, to), entry);
      if (candidate < distance[to]) {
        distance[to] = candidate;
        heap.push({candidate, to});
      }
    }
  }
  for_chunks(dims.size(), control, [&](int64_t begin, int64_t end) {
    std::replace_if(distance + begin, distance + end, [&](float d) { return d == beyond; }, unreached);
  });
}

}  // namespace geoscribe
