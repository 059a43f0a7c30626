#include "core/session.hpp"

#include <atomic>
#include <thread>

#include "check.hpp"
#include "core/case_distances.hpp"
#include "random_checks.hpp"

using namespace geoscribe;
using geoscribe::testing::Bench;
using geoscribe::testing::random_values;
using geoscribe::testing::same_bits;

namespace {

constexpr int classes = 3;

struct Arrays {
  explicit Arrays(std::size_t size) : label(size), confidence(size), focus(size) {}

  PseudoLabelOutput output() { return {label.data(), confidence.data(), focus.data()}; }

  bool same_as(const Arrays& other) const {
    return label == other.label && focus == other.focus && same_bits(confidence, other.confidence);
  }

  std::vector<uint8_t> label;
  std::vector<float> confidence;
  std::vector<uint8_t> focus;
};

/** A case of some tiles, its strokes, and the session that follows them. */
struct Drawn {
  Drawn(unsigned seed, const Workers& workers)
      : random(seed), image(random_values(size, seed)), probability(random_values(classes * size, seed + 1)), origin(size),
        seeds(size, unmarked), arrays(size) {
    for (auto& label : origin) label = static_cast<uint8_t>(below(classes));
    options.mode = below(2) == 0 ? Mode::posterior : Mode::reference;
    options.data = {dims, classes, {probability.data()}, {origin.data(), nullptr}, nullptr};
    options.channels = {Channel{image.data()}};
    options.distance_weight = {0.1, 0.2, 0.05};
    options.beta = {6.0, 4.0, 9.0};
    options.neighbours = below(2) == 0 ? 6 : 26;
    options.cutoff = 1.5f;
    options.bands = {{0.0f, 0.25f, 0.5f}, {true, true, true}};
    session = std::make_unique<Session>(options, seeds.data(), arrays.output(), workers);
  }

  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random); }

  /** A stroke somewhere, or an erased one, with a voxel named twice. */
  Session::Update edit(const Workers& workers) {
    const std::size_t seed = below(classes + 1);
    std::vector<int64_t> voxels;
    const std::size_t from = below(size - 12);
    for (std::size_t i = 0; i < 12; ++i) voxels.push_back(static_cast<int64_t>(from + i));
    voxels.push_back(voxels.front());
    if (seed == classes) {
      // Something to erase: all strokes of one class.
      voxels.clear();
      const auto c = static_cast<uint8_t>(below(classes));
      for (std::size_t v = 0; v < size; ++v) {
        if (seeds[v] == c) voxels.push_back(static_cast<int64_t>(v));
      }
    }
    return session->draw(voxels, seed == classes ? unmarked : static_cast<uint8_t>(seed), workers);
  }

  void check_fresh(const PseudoLabelStatistics& statistics, const Workers& workers) {
    Arrays fresh(size);
    PseudoLabelOptions same = options;
    same.data.seeds = seeds.data();
    const auto expected = pseudo_label(same, fresh.output(), workers);
    CHECK(arrays.same_as(fresh));
    CHECK(statistics.reached_voxels == expected.reached_voxels && statistics.walled_voxels == expected.walled_voxels);
    CHECK(statistics.focus_voxels == expected.focus_voxels && statistics.flipped_voxels == expected.flipped_voxels);
    CHECK(statistics.confidence_sum == expected.confidence_sum);
  }

  const Dims dims{45, 20, 19};
  const std::size_t size = static_cast<std::size_t>(dims.size());
  std::mt19937 random;
  std::vector<float> image, probability;
  std::vector<uint8_t> origin, seeds;
  Arrays arrays;
  PseudoLabelOptions options;
  std::unique_ptr<Session> session;
};

}  // namespace

TEST("after every edit of a session labels, confidence and statistics are those of a fresh start") {
  for (unsigned seed = 0; seed < 12; ++seed) {
    Bench bench(1 + static_cast<int>(seed % 3));
    Drawn drawn(seed, bench.workers);
    drawn.check_fresh(drawn.session->first().statistics, bench.workers);
    for (int i = 0; i < 6; ++i) drawn.check_fresh(drawn.edit(bench.workers).statistics, bench.workers);
  }
}

TEST("an edit that was cancelled, before it began or at any moment, is made up for by the next") {
  for (unsigned seed = 20; seed < 32; ++seed) {
    Bench bench(1 + static_cast<int>(seed % 3));
    Drawn drawn(seed, bench.workers);
    for (int i = 0; i < 3; ++i) drawn.edit(bench.workers);
    bench.control.cancelled = seed % 2 == 0;
    std::atomic<bool> begun{false};
    std::jthread canceller([&] {
      while (!begun) std::this_thread::yield();
      for (unsigned wait = 0; wait < 40 * (seed - 20); ++wait) std::this_thread::yield();
      bench.control.cancelled = true;
    });
    begun = true;
    try {
      drawn.edit(bench.workers);
      CHECK(seed % 2 != 0);
    } catch (const Cancelled&) {
    }
    canceller.join();
    bench.control.cancelled = false;
    drawn.check_fresh(drawn.edit(bench.workers).statistics, bench.workers);
  }
}

TEST("taking distances back is cancelled too") {
  Bench bench;
  Drawn drawn(40, bench.workers);
  CaseDistances distances(drawn.options, bench.workers);
  distances.add_seeds(1, {100});
  distances.solve(bench.workers);
  bench.control.cancelled = true;
  CHECK_THROWS(Cancelled, distances.erase_seeds(1, {100}, drawn.seeds.data(), bench.control));
}

TEST("a session's distances are those of a fresh start, unreached where a tile has none") {
  Bench bench;
  Drawn drawn(50, bench.workers);
  drawn.session->draw({0, 1}, 2, bench.workers);
  std::vector<float> found(drawn.size, -1.0f), expected(drawn.size);
  drawn.session->distance(2, found.data(), bench.workers);
  const Terrain terrain = make_terrain({drawn.dims, drawn.options.channels, true, drawn.options.gate, nullptr}, bench.workers);
  const ClassCost cost{steps_of(drawn.dims, drawn.options.spacing, drawn.options.neighbours, 0.05), 1.0f, 0.1f,
                       drawn.options.data.probability_of(2), 1.5f};
  distance_by_heap(terrain, cost, {0, 1}, expected.data(), bench.control, {});
  CHECK(same_bits(found, expected));
  drawn.session->distance(0, found.data(), bench.workers);
  CHECK(testing::count_reached(found) == 0);
}
