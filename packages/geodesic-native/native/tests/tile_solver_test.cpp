#include "core/tile_solver.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "check.hpp"
#include "support.hpp"

using namespace geoscribe;
using geoscribe::testing::Bench;

namespace {

/** A random problem of several classes; every option of the transform is drawn. */
struct Problem {
  explicit Problem(unsigned seed) : random(seed) {
    const int64_t edges[] = {1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 63, 65};
    do {
      dims = {edges[below(14)], edges[below(14)], edges[below(14)]};
    } while (dims.size() > 60'000);
    const auto size = static_cast<std::size_t>(dims.size());
    options.dims = dims;
    options.smooth = below(4) == 0;
    options.gate = std::vector{GateRule::none, GateRule::robust, GateRule::reference}[below(3)];
    for (std::size_t c = 0; c < 1 + below(2); ++c) {
      images.push_back(geoscribe::testing::random_values(size, seed + 10 + static_cast<unsigned>(c), -1.0f, 1.0f));
      if (below(3) == 0) sprinkle(images.back(), {std::nanf(""), INFINITY});
    }
    for (const auto& image : images) options.channels.push_back(Channel{image.data()});
    if (below(3) == 0) {
      mask.assign(size, 1);
      for (auto& inside : mask) inside = below(8) != 0;
      options.mask = mask.data();
    }
    const double edge[] = {0.5, 1.0, 3.1};
    const Spacing spacing{edge[below(3)], edge[below(3)], edge[below(3)]};
    const int neighbours = below(2) == 0 ? 6 : 26;
    const float weights[] = {0.0f, 0.01f, 0.3f, 1.0f};
    const float cutoffs[] = {1e-6f, 0.3f, 5.0f, INFINITY};
    const float cutoff = cutoffs[below(4)];
    const float gradient = weights[below(4)], certainty = weights[below(4)];
    for (std::size_t label = 0; label < 2; ++label) {
      probabilities.push_back(geoscribe::testing::random_values(size, seed + 20 + static_cast<unsigned>(label)));
      if (below(3) == 0) sprinkle(probabilities.back(), {std::nanf("")});
    }
    for (std::size_t label = 0; label < 2; ++label) {
      const bool used = below(4) != 0;
      costs.push_back({steps_of(dims, spacing, neighbours, weights[below(4)]), gradient, certainty,
                       used ? Probability{probabilities[label].data()} : Probability{}, cutoff});
      std::vector<int64_t> drawn;
      for (std::size_t stroke = below(4); stroke > 0; --stroke) drawn.push_back(static_cast<int64_t>(below(size)));
      std::sort(drawn.begin(), drawn.end());
      seeds.push_back(drawn);
    }
  }

  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random); }

  void sprinkle(std::vector<float>& values, const std::vector<float>& walls) {
    for (float& value : values) {
      if (below(12) == 0) value = walls[below(walls.size())];
    }
  }

  std::vector<float> by_heap(std::size_t label) {
    Bench bench;
    std::vector<float> distance(static_cast<std::size_t>(dims.size()));
    const Terrain terrain = make_terrain(options, bench.workers);
    distance_by_heap(terrain, costs[label], seeds[label], distance.data(), bench.control, {});
    return distance;
  }

  std::mt19937 random;
  Dims dims;
  TerrainOptions options;
  std::vector<std::vector<float>> images, probabilities;
  std::vector<uint8_t> mask;
  std::vector<ClassCost> costs;
  std::vector<std::vector<int64_t>> seeds;
};

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](float u, float v) { return std::bit_cast<uint32_t>(u) == std::bit_cast<uint32_t>(v); });
}

int64_t count_reached(const std::vector<float>& distance) {
  return std::count_if(distance.begin(), distance.end(), [](float d) { return d < unreached; });
}

std::vector<float> dense(const SparseField& field, const TileGrid& grid) {
  std::vector<float> values(static_cast<std::size_t>(grid.dims.size()), unreached);
  for (int64_t v = 0; v < grid.dims.size(); ++v) {
    const Voxel at = voxel_of(grid.dims, v);
    const float* block = field.block(grid.tile_at(at));
    if (block != nullptr) values[static_cast<std::size_t>(v)] = block[at.x % tile_x + tile_x * (at.y % tile_y + tile_y * (at.z % tile_z))];
  }
  return values;
}

void check_against_heap(unsigned seed, const Kernels& kernels, int threads) {
  Problem problem(seed);
  Bench bench(threads);
  const TileGrid grid(problem.dims);
  for (const bool sparse : {false, true}) {
    TileTerrain terrain(problem.options, bench.workers);
    std::vector<std::vector<float>> distances(2, std::vector<float>(static_cast<std::size_t>(problem.dims.size()), unreached));
    BlockPool pool(static_cast<std::size_t>(tile_size));
    std::vector<SparseField> fields;
    for (int label = 0; label < 2; ++label) fields.emplace_back(grid, pool);
    std::vector<SolverClass> classes;
    for (std::size_t label = 0; label < 2; ++label) {
      classes.push_back({problem.costs[label], sparse ? nullptr : distances[label].data(), sparse ? &fields[label] : nullptr});
    }
    TileSolver solver(terrain, classes, kernels);
    for (int label = 0; label < 2; ++label) solver.add_seeds(label, problem.seeds[static_cast<std::size_t>(label)]);
    solver.run(bench.workers);
    for (std::size_t label = 0; label < 2; ++label) {
      const auto expected = problem.by_heap(label);
      const auto found = sparse ? dense(fields[label], grid) : distances[label];
      std::vector<float> by_bucket(expected.size());
      distance_by_bucket(make_terrain(problem.options, bench.workers), problem.costs[label], problem.seeds[label],
                         by_bucket.data(), bench.control, {});
      CHECK(same_bits(by_bucket, expected));
      if (!same_bits(found, expected)) throw std::runtime_error("differs from the heap: problem " + std::to_string(seed));
      CHECK(solver.reached(static_cast<int>(label)) == count_reached(expected));
    }
  }
}

}  // namespace

TEST("tiles give the heap's bits for every instruction set") {
  for (const Isa isa : {Isa::baseline, Isa::avx2, Isa::avx512}) {
    if (const Kernels* kernels = kernels_for(isa)) {
      for (unsigned seed = 0; seed < 60; ++seed) check_against_heap(seed, *kernels, 1);
    }
  }
}

TEST("tiles give the heap's bits for any number of threads") {
  for (unsigned seed = 100; seed < 160; ++seed) check_against_heap(seed, best_kernels(), 2 + static_cast<int>(seed % 3));
}
