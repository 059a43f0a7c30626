#include "core/fixed_point.hpp"

#include <cmath>
#include <set>
#include <string>

#include "check.hpp"
#include "random_problem.hpp"

using namespace geoscribe;
using geoscribe::testing::Bench;
using geoscribe::testing::RandomProblem;

namespace {

std::set<std::string> options_of(const RandomProblem& problem, const ClassCost& cost) {
  std::set<std::string> options{std::to_string(cost.steps.size()) + " neighbours"};
  if (cost.probability) options.insert(cost.probability.element == Element::uint8 ? "uint8" : "float32");
  if (problem.options.channels.size() > 1) options.insert("channels");
  if (problem.options.mask != nullptr) options.insert("mask");
  if (problem.options.gate != GateRule::none) options.insert("gate");
  return options;
}

}  // namespace

TEST("the certificate finds the last bit of any voxel changed up or down, whatever the options") {
  std::set<std::string> seen;
  for (unsigned seed = 0; seed < 40; ++seed) {
    RandomProblem problem(seed);
    Bench bench(1 + static_cast<int>(seed % 3));
    const Terrain terrain = make_terrain(problem.options, bench.workers);
    const ClassCost& cost = problem.costs[0];
    std::vector<float> distance(problem.size());
    distance_by_heap(terrain, cost, problem.seeds[0], distance.data(), bench.control, {});
    const auto check = [&] { return verify_fixed_point(terrain, cost, problem.seeds[0], distance.data(), bench.workers); };
    CHECK(check().violations == 0);
    for (int turn = 0; turn < 10; ++turn) {
      const std::size_t voxel = problem.below(problem.size());
      const float right = distance[voxel];
      for (const float towards : {-INFINITY, INFINITY}) {
        distance[voxel] = std::nextafter(right, towards);
        if (distance[voxel] == right) continue;  // nothing lies beyond +Infinity
        const FixedPoint found = check();
        CHECK(found.violations >= 1 && found.first <= static_cast<int64_t>(voxel));
        if (right < unreached) seen.merge(options_of(problem, cost));
      }
      distance[voxel] = right;
    }
  }
  const std::set<std::string> all{"6 neighbours", "26 neighbours", "uint8", "float32", "channels", "mask", "gate"};
  CHECK(seen == all);
}

TEST("the certificate says the same whatever the number of threads") {
  RandomProblem problem(7);
  std::vector<float> wrong(problem.size(), 0.25f);
  Bench one(1), four(4);
  const Terrain terrain = make_terrain(problem.options, one.workers);
  const auto check = [&](Bench& bench) {
    return verify_fixed_point(terrain, problem.costs[0], problem.seeds[0], wrong.data(), bench.workers);
  };
  const FixedPoint alone = check(one), together = check(four);
  CHECK(alone.violations == problem.dims.size() && alone.first == 0);
  CHECK(together.violations == alone.violations && together.first == alone.first);
}

TEST("a seed of -0 is no 0: the certificate looks at bits") {
  RandomProblem problem(7);
  Bench bench;
  const Terrain terrain = make_terrain(problem.options, bench.workers);
  const std::vector<int64_t> seeds{0};
  std::vector<float> distance(problem.size());
  distance_by_heap(terrain, problem.costs[0], seeds, distance.data(), bench.control, {});
  CHECK(verify_fixed_point(terrain, problem.costs[0], seeds, distance.data(), bench.workers).violations == 0);
  distance[0] = -0.0f;
  CHECK(verify_fixed_point(terrain, problem.costs[0], seeds, distance.data(), bench.workers).violations == 1);
}
