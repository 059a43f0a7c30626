#include "core/pseudo_label.hpp"

#include <cmath>

#include "check.hpp"
#include "core/input_error.hpp"
#include "support.hpp"

using namespace geoscribe;
using geoscribe::testing::Bench;

namespace {

struct Case {
  Dims dims{12, 11, 10};
  std::vector<float> image = geoscribe::testing::random_values(1320, 11);
  std::vector<float> probability = geoscribe::testing::random_values(3 * 1320, 12);
  std::vector<uint8_t> origin = std::vector<uint8_t>(1320, 1);
  std::vector<uint8_t> seeds = std::vector<uint8_t>(1320, 255);
  std::vector<uint8_t> label = std::vector<uint8_t>(1320);
  std::vector<float> confidence = std::vector<float>(1320);
  std::vector<uint8_t> focus = std::vector<uint8_t>(1320);
  PseudoLabelOptions options;

  Case() {
    seeds[0] = 0;
    seeds[700] = 2;
    seeds[701] = 0;
    options.data = {dims, 3, {probability.data()}, {origin.data(), nullptr}, seeds.data()};
    options.channels = {Channel{image.data()}};
    options.distance_weight = {0.1, 0.1, 0.1};
    options.beta = {6.0, 6.0, 6.0};
    options.bands = {{0.0f, 0.25f, 0.5f}, {true, true, true}};
  }

  PseudoLabelStatistics solve(int threads) {
    Bench bench(threads);
    return pseudo_label(options, {label.data(), confidence.data(), focus.data()}, bench.workers);
  }
};

}  // namespace

TEST("one thread and three give the same labels, confidence and statistics") {
  for (const Mode mode : {Mode::posterior, Mode::reference, Mode::seeds_only, Mode::partial}) {
    Case one, three;
    one.options.mode = three.options.mode = mode;
    const auto a = one.solve(1);
    const auto b = three.solve(3);
    CHECK(one.label == three.label && one.confidence == three.confidence && one.focus == three.focus);
    CHECK(a.confidence_sum == b.confidence_sum && a.reached_voxels == b.reached_voxels);
  }
}

TEST("seeds keep label and confidence 1 beside an edge") {
  Case drawn;
  drawn.solve(2);
  CHECK(drawn.label[700] == 2 && drawn.label[701] == 0);
  CHECK(drawn.confidence[700] == 1.0f && drawn.confidence[701] == 1.0f);
}

TEST("the first seed of no class is named, then the first label") {
  Case wrong;
  wrong.seeds[900] = 3;
  wrong.seeds[800] = 9;
  try {
    wrong.solve(2);
    CHECK(false);
  } catch (const InputError& error) {
    CHECK(error.field == "seeds" && error.index == 800 && error.received == "9");
  }
  Case other;
  other.origin[5] = 3;
  CHECK_THROWS(InputError, other.solve(2));
}
