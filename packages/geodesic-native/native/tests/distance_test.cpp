#include "core/distance_job.hpp"

#include <cmath>

#include "check.hpp"
#include "core/input_error.hpp"
#include "support.hpp"

using namespace geoscribe;
using geoscribe::testing::Bench;

namespace {

constexpr Algorithm algorithms[] = {Algorithm::tiles, Algorithm::bucket, Algorithm::heap};

struct Problem {
  Dims dims;
  std::vector<float> image;
  std::vector<float> probability;
  std::vector<uint8_t> seeds;
  DistanceOptions options;

  Problem(Dims dims_, unsigned seed) : dims(dims_) {
    const auto size = static_cast<std::size_t>(dims.size());
    image = geoscribe::testing::random_values(size, seed);
    probability = geoscribe::testing::random_values(size, seed + 1);
    seeds.assign(size, 255);
    seeds[size / 2] = 1;
    options.terrain = {dims, {Channel{image.data()}}, true, GateRule::none, nullptr};
    options.seeds = seeds.data();
    options.classes = {{1, 0.01, {probability.data()}}};
  }

  std::vector<float> solve(int threads = 2) {
    Bench bench(threads);
    std::vector<float> distance(image.size());
    geodesic_distance(options, {distance.data()}, bench.workers);
    return distance;
  }
};

}  // namespace

TEST("on a constant volume the distance is a count of steps") {
  Problem problem({5, 4, 3}, 1);
  problem.image.assign(problem.image.size(), 2.0f);
  problem.probability.assign(problem.image.size(), 1.0f);
  problem.seeds.assign(problem.seeds.size(), 255);
  problem.seeds[0] = 1;
  problem.options.classes[0].distance_weight = 0.25;
  const auto distance = problem.solve();
  // 9 steps at most, each rounded: 9 half-ulps of 4.
  for (int64_t v = 0; v < problem.dims.size(); ++v) {
    const Voxel at = voxel_of(problem.dims, v);
    const double steps = static_cast<double>(at.x + at.y + at.z);
    CHECK(std::fabs(distance[static_cast<std::size_t>(v)] - steps * (0.25 + 1e-5)) < 9 * 0x1p-23);
  }
}

TEST("the certificate accepts the heap's result and finds one changed voxel") {
  for (const int neighbours : {6, 26}) {
    Problem problem({9, 8, 7}, 5);
    problem.options.neighbours = neighbours;
    problem.options.spacing = {1.0, 0.7, 3.0};
    auto distance = problem.solve();
    Bench bench;
    CHECK(verify_distance(problem.options, {distance.data()}, bench.workers).violations == 0);
    distance[17] = std::nextafter(distance[17], 0.0f);
    const DistanceCheck broken = verify_distance(problem.options, {distance.data()}, bench.workers);
    CHECK(broken.violations >= 1 && broken.first_voxel <= 17);
  }
}

TEST("paths longer than the cutoff are unreached, one as long as it is kept") {
  Problem problem({40, 1, 1}, 2);
  problem.image.assign(40, 0.0f);
  problem.options.classes[0].probability = {};
  problem.seeds.assign(40, 255);
  problem.seeds[0] = 1;
  const auto uncut = problem.solve();
  problem.options.cutoff = uncut[20];
  for (const Algorithm algorithm : algorithms) {
    problem.options.algorithm = algorithm;
    const auto cut = problem.solve();
    for (std::size_t x = 0; x < 40; ++x) CHECK(cut[x] == (x <= 20 ? uncut[x] : unreached));
  }
}

TEST("a seed on a voxel without intensity keeps 0 and spreads nothing") {
  Problem problem({3, 1, 1}, 2);
  problem.image[1] = NAN;
  for (const Algorithm algorithm : algorithms) {
    problem.options.algorithm = algorithm;
    CHECK(problem.solve() == (std::vector<float>{unreached, 0.0f, unreached}));
  }
}

TEST("a probability outside [0, 1] is named with its index") {
  Problem problem({3, 1, 1}, 2);
  problem.probability[2] = 1.1f;
  Bench bench;
  std::vector<float> distance(3);
  try {
    geodesic_distance(problem.options, {distance.data()}, bench.workers);
    CHECK(false);
  } catch (const InputError& error) {
    CHECK(error.field == "classes[0].probability" && error.index == 2);
  }
}

TEST("a cancelled transform throws from inside the loop") {
  Problem problem({64, 64, 64}, 3);
  for (const Algorithm algorithm : algorithms) {
    problem.options.algorithm = algorithm;
    Bench bench;
    bench.control.progress = [&](double) { bench.control.cancelled = true; };
    std::vector<float> distance(problem.image.size());
    CHECK_THROWS(Cancelled, geodesic_distance(problem.options, {distance.data()}, bench.workers));
  }
}

TEST("no seed, no distance") {
  Problem problem({4, 4, 4}, 3);
  problem.seeds.assign(64, 0);
  for (const Algorithm algorithm : algorithms) {
    problem.options.algorithm = algorithm;
    for (const float d : problem.solve()) CHECK(d == unreached);
  }
}
