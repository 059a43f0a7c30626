#include "core/label_stage.hpp"

#include <algorithm>

#include "check.hpp"
#include "support.hpp"

using namespace geoscribe;
using geoscribe::testing::Bench;
using geoscribe::testing::random_values;

namespace {

constexpr int classes = 3;
constexpr float far_away = std::numeric_limits<float>::infinity();

/** A case of 4 x 4 x 4 tiles, the last ones cut short, whose distances are made up. */
struct Made {
  Dims dims{100, 50, 26};
  TileGrid grid{dims};
  std::size_t size = static_cast<std::size_t>(dims.size());
  std::vector<float> probability = random_values(classes * size, 61);
  std::vector<uint8_t> origin = std::vector<uint8_t>(size, 1);
  std::vector<uint8_t> seeds = std::vector<uint8_t>(size, 255);
  BlockPool pool{static_cast<std::size_t>(tile_size)};
  std::vector<SparseField> fields;
  PseudoLabelOptions options;

  Made() {
    for (int c = 0; c < classes; ++c) fields.emplace_back(grid, pool);
    options.data = {dims, classes, {probability.data()}, {origin.data(), nullptr}, seeds.data()};
    options.beta.assign(static_cast<std::size_t>(classes), 6.0);
    options.bands = {{0.0f, 0.25f, 0.5f}, {true, true, true}};
    for (const int64_t tile : {5, 6, 21, 22, 23, 37, 63}) set_distances(tile, tile % 2 == 0 ? 0 : 2, 0.8f);
  }

  void set_distances(int64_t tile, std::size_t c, float most) {
    float* block = fields[c].touch(tile, far_away);
    const auto values = random_values(tile_size, static_cast<unsigned>(tile), 0.0f, most);
    std::copy(values.begin(), values.end(), block);
  }
};

struct Outputs {
  explicit Outputs(std::size_t size) : label(size), focus(size), confidence(size) {}

  std::vector<uint8_t> label, focus;
  std::vector<float> confidence;
  PseudoLabelStatistics statistics;

  PseudoLabelOutput all() { return {label.data(), confidence.data(), focus.data()}; }

  bool operator==(const Outputs& other) const {
    return label == other.label && focus == other.focus && confidence == other.confidence &&
           statistics.focus_voxels == other.statistics.focus_voxels &&
           statistics.flipped_voxels == other.statistics.flipped_voxels &&
           statistics.confidence_sum == other.statistics.confidence_sum;
  }
};

Outputs fresh(const Made& made, int threads) {
  Bench bench(threads);
  Outputs outputs(made.size);
  LabelStage stage(made.options, outputs.all(), made.fields);
  stage.label(stage.all_tiles(), bench.workers);
  stage.finish(stage.all_tiles(), bench.workers);
  stage.count(outputs.statistics);
  return outputs;
}

}  // namespace

TEST("tiles that change, with those around them, bring labels, bands and statistics up to date") {
  for (const std::size_t bands : {0u, 1u, 3u, 20u}) {
    for (const auto& axes : {std::array<bool, 3>{true, true, true}, {true, true, false}}) {
      Made made;
      made.options.bands.caps.resize(bands, 0.6f);
      made.options.bands.axes = axes;
      Bench bench(2);
      Outputs outputs(made.size);
      LabelStage stage(made.options, outputs.all(), made.fields);
      stage.label(stage.all_tiles(), bench.workers);
      stage.finish(stage.all_tiles(), bench.workers);
      // One tile more, one whose distances shrink, one that loses them, and seeds in all of them.
      made.set_distances(38, 1, 0.5f);
      made.set_distances(22, 0, 0.1f);
      made.fields[2].release(63);
      made.seeds[static_cast<std::size_t>(70 + 100 * (20 + 50 * 18))] = 1;
      made.seeds[static_cast<std::size_t>(64 + 100 * (17 + 50 * 15))] = 2;
      const auto tiles = stage.around({22, 38, 63});
      stage.label(tiles, bench.workers);
      stage.finish(tiles, bench.workers);
      stage.count(outputs.statistics);
      CHECK(outputs == fresh(made, 2));
    }
  }
}

TEST("tiles around others are those within the reach of the bands") {
  Made made;
  Outputs outputs(made.size);
  const auto around = [&](std::vector<float> caps, std::array<bool, 3> axes) {
    made.options.bands = {std::move(caps), axes};
    return LabelStage(made.options, outputs.all(), made.fields).around({21});
  };
  CHECK(around({}, {true, true, true}) == std::vector<int64_t>{21});
  CHECK(around({0.0f}, {true, false, false}) == (std::vector<int64_t>{20, 21, 22}));
  CHECK(around({0.0f}, {true, true, true}).size() == 27);
  // 17 voxels are a tile and one voxel along y.
  CHECK(around(std::vector<float>(17), {false, true, false}) == (std::vector<int64_t>{17, 21, 25, 29}));
}

TEST("one thread and three give the same outputs and the same sum of the confidence") {
  Made made;
  CHECK(fresh(made, 1) == fresh(made, 3));
}
