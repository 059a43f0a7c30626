#include "core/distance_job.hpp"

#include <algorithm>
#include <mutex>
#include <string>

#include "core/case_data.hpp"
#include "core/seeds.hpp"
#include "core/tile_solver.hpp"

namespace geoscribe {

namespace {

constexpr int64_t chunk_size = int64_t{1} << 20;

std::vector<ClassCost> costs_of(const DistanceOptions& options) {
  std::vector<ClassCost> costs;
  for (const DistanceClass& c : options.classes) {
    costs.push_back({steps_of(options.terrain.dims, options.spacing, options.neighbours, c.distance_weight),
                     options.gradient_weight, options.probability_weight, c.probability, options.cutoff});
  }
  return costs;
}

/** By class, in the order of the options. */
std::vector<std::vector<int64_t>> seeds_of(const DistanceOptions& options, const Workers& workers) {
  std::vector<uint8_t> classes;
  for (const DistanceClass& c : options.classes) classes.push_back(c.seed_class);
  return seeds_by_class(options.seeds, options.terrain.dims.size(), classes, workers);
}

void check_probabilities(const DistanceOptions& options, const Workers& workers) {
  for (std::size_t c = 0; c < options.classes.size(); ++c) {
    const Probability& probability = options.classes[c].probability;
    if (probability) {
      check_probability(probability, "classes[" + std::to_string(c) + "].probability", options.terrain.dims.size(), workers);
    }
  }
}

std::vector<int64_t> by_tiles(const DistanceOptions& options, const std::vector<float*>& distances, const Workers& workers) {
  const int64_t size = options.terrain.dims.size();
  const int64_t chunks = (size + chunk_size - 1) / chunk_size;
  workers.run(chunks * static_cast<int64_t>(distances.size()), [&](int64_t i) {
    const int64_t begin = i % chunks * chunk_size;
    best_kernels().fill(distances[static_cast<std::size_t>(i / chunks)] + begin, std::min(chunk_size, size - begin), unreached);
  });
  TileTerrain terrain(options.terrain, workers);
  std::vector<SolverClass> classes;
  for (const ClassCost& cost : costs_of(options)) classes.push_back({cost, distances[classes.size()], nullptr});
  TileSolver solver(terrain, std::move(classes));
  const auto seeds = seeds_of(options, workers);
  for (std::size_t c = 0; c < seeds.size(); ++c) solver.add_seeds(static_cast<int>(c), seeds[c]);
  solver.run(workers);
  std::vector<int64_t> reached;
  for (std::size_t c = 0; c < seeds.size(); ++c) reached.push_back(solver.reached(static_cast<int>(c)));
  return reached;
}

/** One voxel after the other, classes side by side: what the other algorithms do. */
std::vector<int64_t> by_queue(const DistanceOptions& options, const std::vector<float*>& distances, const Workers& workers) {
  const Terrain terrain = make_terrain(options.terrain, workers);
  const auto seeds = seeds_of(options, workers);
  const auto costs = costs_of(options);
  std::vector<int64_t> reached(costs.size());
  const auto total = static_cast<double>(options.terrain.dims.size() * static_cast<int64_t>(costs.size()));
  std::mutex mutex;
  int64_t all_settled = 0;
  workers.run(static_cast<int64_t>(costs.size()), [&](int64_t i) {
    const auto c = static_cast<std::size_t>(i);
    int64_t known = 0;
    const auto settled = [&](int64_t voxels) {
      if (!workers.control.progress) return;
      std::lock_guard lock(mutex);
      all_settled += voxels - known;
      known = voxels;
      workers.control.progress(static_cast<double>(all_settled) / total);
    };
    (options.algorithm == Algorithm::bucket ? distance_by_bucket : distance_by_heap)(terrain, costs[c], seeds[c], distances[c],
                                                                                     workers.control, settled);
    reached[c] = std::count_if(distances[c], distances[c] + options.terrain.dims.size(), [](float d) { return d < unreached; });
  });
  return reached;
}

}  // namespace

std::vector<int64_t> geodesic_distance(const DistanceOptions& options, const std::vector<float*>& distances,
                                       const Workers& workers) {
  check_probabilities(options, workers);
  auto reached = options.algorithm == Algorithm::tiles ? by_tiles(options, distances, workers)
                                                       : by_queue(options, distances, workers);
  workers.control.report(1.0);
  return reached;
}

DistanceCheck verify_distance(const DistanceOptions& options, const std::vector<const float*>& distances,
                              const Workers& workers) {
  check_probabilities(options, workers);
  const Terrain terrain = make_terrain(options.terrain, workers);
  const auto seeds = seeds_of(options, workers);
  const auto costs = costs_of(options);
  DistanceCheck check;
  for (std::size_t c = 0; c < costs.size(); ++c) {
    const FixedPoint found = verify_fixed_point(terrain, costs[c], seeds[c], distances[c], workers);
    if (check.violations == 0 && found.violations > 0) {
      check.first_class = c;
      check.first_voxel = found.first;
    }
    check.violations += found.violations;
  }
  return check;
}

}  // namespace geoscribe
