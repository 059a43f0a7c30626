#include "core/label_run.hpp"

#include <cmath>
#include <cstring>

#include "check.hpp"
#include "core/kernels/kernels.hpp"
#include "core/tiles.hpp"
#include "support.hpp"

using namespace geoscribe;
using geoscribe::testing::random_values;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/** A run of tiles in a volume of its own size, with everything a kernel may read. */
struct Sample {
  Dims dims;
  int classes;
  std::vector<float> probability;
  std::vector<uint8_t> probability_bytes;
  std::vector<uint16_t> origin;
  std::vector<uint8_t> origin_bytes;
  std::vector<uint8_t> seeds;
  std::vector<std::vector<float>> blocks;
  std::vector<std::vector<int>> reached_classes;
  std::vector<std::vector<const float*>> distances;
  std::vector<TileDistances> tiles;
  std::vector<float> beta;
  LabelRun run{};

  struct Result {
    std::vector<uint8_t> label, focus;
    std::vector<float> confidence;
    std::vector<TileCounts> counts;
  };

  Sample(const Dims& dims_, int classes_, unsigned random) : dims(dims_), classes(classes_), beta(static_cast<std::size_t>(classes_), 6.0f) {
    const auto n = static_cast<std::size_t>(dims.size());
    probability = random_values(n * static_cast<std::size_t>(classes), random, -1e-7f, 1.0f);
    for (std::size_t i = 0; i < probability.size(); i += 11) probability[i] = i % 2 == 0 ? NAN : 0.25f;
    for (const float p : probability) probability_bytes.push_back(p > 0.0f ? static_cast<uint8_t>(255.0f * p) : 0);
    const auto labels = random_values(n, random + 1, 0.0f, static_cast<float>(classes) - 0.01f);
    const auto drawn = random_values(n, random + 2);
    for (std::size_t v = 0; v < n; ++v) {
      // Half of the voxels in long stretches of one label.
      origin.push_back(v / 40 % 2 == 0 ? static_cast<uint16_t>(classes - 1) : static_cast<uint16_t>(labels[v]));
      origin_bytes.push_back(static_cast<uint8_t>(origin.back()));
      seeds.push_back(drawn[v] < 0.02f ? static_cast<uint8_t>(labels[v]) : 255);
    }
    add_tiles(random + 3);
    run.nx = dims.x;
    run.ny = dims.y;
    run.nz = dims.z;
    run.row = dims.x;
    run.plane = dims.plane();
    run.tau = 5.0f;
    run.beta = beta.data();
    run.focus_threshold = 0.1f;
    run.classes = classes;
    run.probability = {probability.data()};
    run.volume = dims.size();
    run.origin_bytes = origin_bytes.data();
    run.seeds = seeds.data();
  }

  /** The first tile has no distances, the others those of random classes. */
  void add_tiles(unsigned random) {
    const auto count = static_cast<std::size_t>((dims.x + tile_x - 1) / tile_x);
    reached_classes.resize(count);
    distances.resize(count);
    for (std::size_t t = 1; t < count; ++t) {
      const auto chosen = random_values(static_cast<std::size_t>(classes), random + static_cast<unsigned>(t));
      for (int c = 0; c < classes; ++c) {
        if (chosen[static_cast<std::size_t>(c)] < 0.4f) continue;
        auto& block = blocks.emplace_back(random_values(tile_size, random + static_cast<unsigned>(100 * t) + static_cast<unsigned>(c), 0.0f, 5.0f));
        for (std::size_t i = 0; i < block.size(); ++i) {
          if (i / 50 % 2 == 0) block[i] = infinity;
          if (i % 7 == 0) block[i] = 0.5f;
        }
        reached_classes[t].push_back(c);
      }
    }
    std::size_t block = 0;
    for (std::size_t t = 0; t < count; ++t) {
      for (std::size_t i = 0; i < reached_classes[t].size(); ++i) distances[t].push_back(blocks[block++].data());
      tiles.push_back({static_cast<int>(reached_classes[t].size()), reached_classes[t].data(), distances[t].data()});
    }
  }

  Result label(const Kernels& kernels, bool finish = false) {
    const auto n = static_cast<std::size_t>(dims.size());
    // One element more: it must stay as it is.
    Result result{std::vector<uint8_t>(n + 1, 77), std::vector<uint8_t>(n + 1, 77), std::vector<float>(n + 1, 77.0f),
                  std::vector<TileCounts>(tiles.size())};
    run.distances = tiles.data();
    run.label = result.label.data();
    run.focus = result.focus.data();
    run.confidence = result.confidence.data();
    run.counts = result.counts.data();
    kernels.label_run(run);
    if (finish) kernels.finish_run(run);
    CHECK(result.label[n] == 77 && result.focus[n] == 77 && result.confidence[n] == 77.0f);
    return result;
  }
};

bool same(const Sample::Result& a, const Sample::Result& b) {
  const auto equal = [](const auto& u, const auto& v) { return std::memcmp(u.data(), v.data(), u.size() * sizeof u[0]) == 0; };
  return equal(a.label, b.label) && equal(a.focus, b.focus) && equal(a.confidence, b.confidence) && equal(a.counts, b.counts);
}

/** What the counts of a run must be. */
void check_counts(const Sample& sample, const Sample::Result& result) {
  for (std::size_t t = 0; t < result.counts.size(); ++t) {
    int64_t focus = 0, flipped = 0;
    double sum = 0.0;
    for (std::size_t v = 0; v < sample.origin.size(); ++v) {
      if (v % static_cast<std::size_t>(sample.dims.x) / tile_x != t) continue;
      focus += result.focus[v];
      flipped += result.label[v] != sample.origin[v] ? 1 : 0;
      sum += static_cast<double>(result.confidence[v]);
    }
    CHECK(result.counts[t].focus_voxels == focus && result.counts[t].flipped_voxels == flipped);
    // Some thousand numbers below 1, added in another order in float64.
    CHECK(std::fabs(result.counts[t].confidence_sum - sum) < 1e-9);
  }
}

}  // namespace

TEST("every instruction set gives the same labels, confidence, focus and counts") {
  const Dims shapes[] = {{1, 1, 1}, {31, 3, 2}, {33, 2, 3}, {70, 16, 8}, {512, 2, 1}};
  for (const Dims& dims : shapes) {
    for (const int classes : {1, 2, 5, 255}) {
      if (classes == 255 && dims.x > 70) continue;
      Sample sample(dims, classes, 31);
      for (const LabelRule rule : {LabelRule::posterior, LabelRule::reference, LabelRule::origin, LabelRule::fixed}) {
        for (const bool narrow : {true, false}) {
          sample.run.rule = rule;
          sample.run.probability = narrow ? Probability{sample.probability_bytes.data(), Element::uint8} : Probability{sample.probability.data()};
          sample.run.origin_bytes = narrow ? sample.origin_bytes.data() : nullptr;
          sample.run.origin_words = narrow ? nullptr : sample.origin.data();
          for (std::size_t c = 0; c < sample.beta.size(); ++c) sample.beta[c] = narrow ? 2.0f + static_cast<float>(c % 7) : 1e30f;
          const auto expected = sample.label(*kernels_for(Isa::baseline), narrow);
          check_counts(sample, expected);
          for (const Isa isa : {Isa::avx2, Isa::avx512}) {
            const Kernels* kernels = kernels_for(isa);
            if (kernels != nullptr) CHECK(same(sample.label(*kernels, narrow), expected));
          }
        }
      }
    }
  }
}

TEST("the influence has the values that the method lists, and is near the exact one everywhere") {
  Sample sample({64, 16, 8}, 1, 32);
  auto block = random_values(tile_size, 33, 0.0f, 6.0f);
  const float listed[] = {0, 0.5f, 1, 1.5f, 2, 2.5f, 3, infinity};
  const double expected[] = {1, 0.878320, 0.709173, 0.498407, 0.278647, 0.106832, 0.021991, 0};
  std::memcpy(block.data(), listed, sizeof listed);
  const int only = 0;
  const float* distance = block.data();
  // The confidence of the reference rule in the focus area is G itself.
  sample.tiles[1] = {1, &only, &distance};
  sample.run.rule = LabelRule::reference;
  sample.run.focus_threshold = 0.0f;
  sample.run.seeds = nullptr;
  std::fill(sample.probability.begin(), sample.probability.end(), 0.0f);
  const auto result = sample.label(best_kernels());
  // The list has six decimals.
  for (std::size_t i = 0; i < 8; ++i) CHECK(std::fabs(static_cast<double>(result.confidence[32 + i]) - expected[i]) < 1e-6);
  for (int64_t z = 0; z < 8; ++z) {
    for (int64_t y = 0; y < 16; ++y) {
      for (int64_t x = 0; x < 32; ++x) {
        const double d = block[static_cast<std::size_t>(x + tile_x * (y + tile_y * z))];
        const double g = result.confidence[static_cast<std::size_t>(32 + x + 64 * (y + 16 * z))];
        // Both exponentials are off by 1.1 units of 2^-23 at most, which weigh most where (e^D - 1) / tau is near 1.
        CHECK(std::fabs(g - std::exp(-std::expm1(d) / 5.0)) < 4 * 0x1p-23);
      }
    }
  }
}

TEST("ties go to the lower class in both rules") {
  Sample sample({64, 1, 1}, 3, 34);
  const std::vector<float> block(tile_size, 0.7f);
  const int reached[] = {1, 2};
  const float* distance[] = {block.data(), block.data()};
  sample.tiles[1] = {2, reached, distance};
  sample.run.seeds = nullptr;
  for (std::size_t v = 0; v < 64; ++v) {
    sample.probability[v] = 0.2f;
    sample.probability[64 + v] = sample.probability[128 + v] = 0.4f;
  }
  for (const LabelRule rule : {LabelRule::posterior, LabelRule::reference}) {
    sample.run.rule = rule;
    const auto result = sample.label(best_kernels());
    for (std::size_t v = 32; v < 64; ++v) CHECK(result.label[v] == 1 && result.focus[v] == 1);
  }
}
