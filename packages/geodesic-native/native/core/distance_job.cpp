#include "core/distance_job.hpp"

#include "core/case_data.hpp"

namespace geoscribe {

namespace {

struct Prepared {
  Terrain terrain;
  ClassCost cost;
  std::vector<int64_t> seeds;
};

Prepared prepare(const DistanceOptions& options, const Workers& workers) {
  const Dims& dims = options.terrain.dims;
  if (options.probability) check_probability(options.probability, dims.size(), workers);
  return {make_terrain(options.terrain, workers),
          {steps_of(dims, options.spacing, options.neighbours, options.distance_weight), options.gradient_weight,
           options.probability_weight, options.probability, options.cutoff},
          seeds_of(options.seeds, dims.size(), options.seed_class, workers.control)};
}

}  // namespace

void geodesic_distance(const DistanceOptions& options, float* distance, const Workers& workers) {
  const Prepared prepared = prepare(options, workers);
  const auto& progress = workers.control.progress;
  std::function<void(int64_t)> settled;
  if (progress) {
    const auto size = static_cast<double>(options.terrain.dims.size());
    settled = [&progress, size](int64_t voxels) { progress(static_cast<double>(voxels) / size); };
  }
  distance_by_heap(prepared.terrain, prepared.cost, prepared.seeds, distance, workers.control, settled);
  if (progress) progress(1.0);
}

FixedPoint verify_distance(const DistanceOptions& options, const float* distance, const Workers& workers) {
  const Prepared prepared = prepare(options, workers);
  return verify_fixed_point(prepared.terrain, prepared.cost, prepared.seeds, distance, workers);
}

}  // namespace geoscribe
