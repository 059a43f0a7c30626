#pragma once

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/case_distances.hpp"
#include "core/fixed_point.hpp"
#include "core/tile_solver.hpp"
#include "random_problem.hpp"

namespace geoscribe::testing {

inline bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](float u, float v) { return std::bit_cast<uint32_t>(u) == std::bit_cast<uint32_t>(v); });
}

inline int64_t count_reached(const std::vector<float>& distance) {
  return std::count_if(distance.begin(), distance.end(), [](float d) { return d < unreached; });
}

inline std::vector<float> dense(const SparseField& field, const TileGrid& grid) {
  std::vector<float> values(static_cast<std::size_t>(grid.dims.size()), unreached);
  for (int64_t v = 0; v < grid.dims.size(); ++v) {
    const Voxel at = voxel_of(grid.dims, v);
    const float* block = field.block(grid.tile_at(at));
    if (block != nullptr) values[static_cast<std::size_t>(v)] = block[at.x % tile_x + tile_x * (at.y % tile_y + tile_y * (at.z % tile_z))];
  }
  return values;
}

inline void expect(bool holds, const std::string& what, unsigned seed) {
  if (!holds) throw std::runtime_error("problem " + std::to_string(seed) + ": " + what);
}

/** The heap's result passes the certificate; buckets and tiles, dense and sparse, give its bits. */
inline void check_algorithms(unsigned seed, const Kernels& kernels, int threads) {
  RandomProblem problem(seed);
  Bench bench(threads);
  const TileGrid grid(problem.dims);
  const Terrain terrain = make_terrain(problem.options, bench.workers);
  std::vector<std::vector<float>> expected;
  for (std::size_t label = 0; label < 2; ++label) {
    auto& here = expected.emplace_back(problem.size());
    distance_by_heap(terrain, problem.costs[label], problem.seeds[label], here.data(), bench.control, {});
    const auto certificate = verify_fixed_point(terrain, problem.costs[label], problem.seeds[label], here.data(), bench.workers);
    expect(certificate.violations == 0, "the heap's result is no fixed point", seed);
    std::vector<float> by_bucket(here.size());
    distance_by_bucket(terrain, problem.costs[label], problem.seeds[label], by_bucket.data(), bench.control, {});
    expect(same_bits(by_bucket, here), "buckets differ from the heap", seed);
  }
  for (const bool sparse : {false, true}) {
    TileTerrain tiles(problem.options, bench.workers);
    std::vector<std::vector<float>> distances(2, std::vector<float>(problem.size(), unreached));
    BlockPool pool(static_cast<std::size_t>(tile_size));
    std::vector<SparseField> fields;
    for (int label = 0; label < 2; ++label) fields.emplace_back(grid, pool);
    std::vector<SolverClass> classes;
    for (std::size_t label = 0; label < 2; ++label) {
      classes.push_back({problem.costs[label], sparse ? nullptr : distances[label].data(), sparse ? &fields[label] : nullptr});
    }
    TileSolver solver(tiles, classes, kernels);
    for (int label = 0; label < 2; ++label) solver.add_seeds(label, problem.seeds[static_cast<std::size_t>(label)]);
    solver.run(bench.workers);
    for (std::size_t label = 0; label < 2; ++label) {
      const auto found = sparse ? dense(fields[label], grid) : distances[label];
      expect(same_bits(found, expected[label]), sparse ? "sparse tiles differ from the heap" : "tiles differ from the heap", seed);
      expect(solver.reached(static_cast<int>(label)) == count_reached(found), "voxels reached are miscounted", seed);
    }
  }
}

/** Strokes come and go; after every edit the distances are those of a fresh start. */
inline void check_edits(unsigned seed, int threads) {
  RandomProblem problem(seed);
  Bench bench(threads);
  const auto size = problem.size();
  std::vector<float> probability;
  for (const auto& one : problem.probabilities) probability.insert(probability.end(), one.begin(), one.end());
  std::vector<uint8_t> origin(size, 0), seeds(size, unmarked);
  PseudoLabelOptions options;
  options.data = {problem.dims, 2, {probability.data()}, {origin.data(), nullptr}, seeds.data()};
  options.channels = problem.options.channels;
  options.mask = problem.options.mask;
  options.gate = problem.options.gate;
  options.neighbours = problem.costs[0].steps.size() == 26 ? 26 : 6;
  options.distance_weight = {0.01, 0.2};
  options.beta = {6.0, 3.0};
  options.gradient_weight = problem.costs[0].gradient_weight;
  options.probability_weight = problem.costs[0].probability_weight;
  options.cutoff = problem.costs[0].cutoff;
  CaseDistances distances(options, bench.workers);
  const Terrain terrain = make_terrain({problem.dims, options.channels, true, options.gate, options.mask}, bench.workers);
  for (int edit = 0; edit < 4; ++edit) {
    const int c = static_cast<int>(problem.below(2));
    const bool erase = problem.below(2) == 0;
    std::vector<int64_t> drawn;
    for (int64_t v = 0; v < problem.dims.size(); ++v) {
      uint8_t& here = seeds[static_cast<std::size_t>(v)];
      const bool chosen = erase ? here == c && problem.below(2) == 0 : here == unmarked && problem.below(size) < 3;
      if (!chosen) continue;
      here = erase ? unmarked : static_cast<uint8_t>(c);
      drawn.push_back(v);
    }
    if (erase) {
      distances.erase_seeds(c, drawn, seeds.data(), bench.control);
    } else {
      distances.add_seeds(c, drawn);
    }
    distances.solve(bench.workers);
    for (int other = 0; other < 2; ++other) {
      const ClassCost cost{steps_of(problem.dims, options.spacing, options.neighbours, options.distance_weight[static_cast<std::size_t>(other)]),
                           options.gradient_weight, options.probability_weight, options.data.probability_of(other), options.cutoff};
      std::vector<int64_t> voxels;
      for (int64_t v = 0; v < problem.dims.size(); ++v) {
        if (seeds[static_cast<std::size_t>(v)] == other) voxels.push_back(v);
      }
      std::vector<float> fresh(size);
      distance_by_heap(terrain, cost, voxels, fresh.data(), bench.control, {});
      const auto kept = dense(distances.fields()[static_cast<std::size_t>(other)], distances.grid());
      expect(same_bits(kept, fresh), "edit " + std::to_string(edit) + " differs from a fresh start", seed);
      expect(distances.reached(other) == count_reached(fresh), "voxels reached are miscounted after an edit", seed);
    }
  }
}

}  // namespace geoscribe::testing
