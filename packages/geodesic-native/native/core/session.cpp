#include "core/session.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/case_distances.hpp"
#include "core/label_stage.hpp"
#include "core/seeds.hpp"
#include "core/walled.hpp"

namespace geoscribe {

namespace {

Box box_of(const TileGrid& grid, const std::vector<int64_t>& tiles) {
  if (tiles.empty()) return {{0, 0, 0}, {0, 0, 0}};
  Box all = grid.box(tiles.front());
  for (const int64_t tile : tiles) {
    const Box box = grid.box(tile);
    all.begin = {std::min(all.begin.x, box.begin.x), std::min(all.begin.y, box.begin.y), std::min(all.begin.z, box.begin.z)};
    all.end = {std::max(all.end.x, box.end.x), std::max(all.end.y, box.end.y), std::max(all.end.z, box.end.z)};
  }
  return all;
}

std::vector<int64_t> united(std::vector<int64_t> a, const std::vector<int64_t>& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  a.erase(std::unique(a.begin(), a.end()), a.end());
  return a;
}

}  // namespace

struct Session::State {
  State(const PseudoLabelOptions& options_, uint8_t* seeds_, const PseudoLabelOutput& output_)
      : options(options_), seeds(seeds_), output(output_), grid(options_.data.dims) {
    options.data.seeds = seeds;
    const std::vector<int64_t> none(static_cast<std::size_t>(options.data.classes), 0);
    statistics = {0, 0, 0.0, none, none, none};
  }

  /** Everything from the seeds. */
  void start(const Workers& workers) {
    stale = true;
    stage.reset();
    distances = std::make_unique<CaseDistances>(options, workers);
    const auto drawn = seeds_of_classes(options.data, workers);
    for (int c = 0; c < options.data.classes; ++c) distances->add_seeds(c, drawn[static_cast<std::size_t>(c)]);
    stage = std::make_unique<LabelStage>(options, output, distances->fields());
    distances->solve(workers);
    distances->take_changed_tiles();
    relabel(stage->all_tiles(), workers);
    stale = false;
  }

  /** Strokes of the map that have changed: voxels by the class they had, and all of them. */
  void change(const std::map<uint8_t, std::vector<int64_t>>& erased, const std::vector<int64_t>& voxels, uint8_t seed,
              const Control& control) {
    for (const auto& [c, gone] : erased) {
      if (c != unmarked) distances->erase_seeds(c, gone, seeds, control);
    }
    if (seed != unmarked) distances->add_seeds(seed, voxels);
  }

  void relabel(const std::vector<int64_t>& tiles, const Workers& workers) {
    stage->label(tiles, workers);
    stage->finish(tiles, workers);
    stage->count(statistics);
    for (int c = 0; c < options.data.classes; ++c) {
      statistics.reached_voxels[static_cast<std::size_t>(c)] = distances->reached(c);
    }
  }

  PseudoLabelOptions options;
  uint8_t* seeds;
  PseudoLabelOutput output;
  TileGrid grid;
  std::unique_ptr<CaseDistances> distances;
  std::unique_ptr<LabelStage> stage;
  PseudoLabelStatistics statistics;
  /** Whether something failed in the middle, so that distances and labels do not belong to the seeds. */
  bool stale = true;
};

Session::Session(const PseudoLabelOptions& options, uint8_t* seeds, const PseudoLabelOutput& output, const Workers& workers)
    : state_(std::make_unique<State>(options, seeds, output)) {
  check_case(state_->options.data, workers);
  state_->start(workers);
  count_walled(state_->options.data, state_->distances->terrain(), state_->statistics, workers);
  workers.control.report(1.0);
}

Session::~Session() = default;

Session::Update Session::first() const { return {state_->statistics, box_of(state_->grid, state_->stage->all_tiles())}; }

int64_t Session::voxels() const { return state_->grid.dims.size(); }

Session::Update Session::draw(const std::vector<int64_t>& voxels, uint8_t seed, const Workers& workers) {
  State& state = *state_;
  // Until all is done: whatever fails from here on, memory for the lists below included.
  const bool was_stale = std::exchange(state.stale, true);
  std::map<uint8_t, std::vector<int64_t>> erased;
  std::vector<int64_t> changed, tiles;
  for (const int64_t voxel : voxels) {
    // A voxel that was named before has the seed by now.
    if (state.seeds[voxel] == seed) continue;
    erased[state.seeds[voxel]].push_back(voxel);
    state.seeds[voxel] = seed;
    changed.push_back(voxel);
    tiles.push_back(state.grid.tile_at(voxel_of(state.grid.dims, voxel)));
  }
  if (was_stale) {
    state.start(workers);
    return first();
  }
  state.change(erased, changed, seed, workers.control);
  state.distances->solve(workers);
  const auto around = state.stage->around(united(state.distances->take_changed_tiles(), tiles));
  state.relabel(around, workers);
  state.stale = false;
  return {state.statistics, box_of(state.grid, around)};
}

void Session::distance(int seed_class, float* output, const Workers& workers) {
  State& state = *state_;
  if (state.stale) state.start(workers);
  const SparseField& field = state.distances->fields()[static_cast<std::size_t>(seed_class)];
  const Dims& dims = state.grid.dims;
  workers.run(state.grid.count(), [&](int64_t tile) {
    const Box box = state.grid.box(tile);
    const float* block = field.block(tile);
    for (int64_t z = box.begin.z; z < box.end.z; ++z) {
      for (int64_t y = box.begin.y; y < box.end.y; ++y) {
        float* row = output + box.begin.x + dims.x * (y + dims.y * z);
        const int64_t count = box.end.x - box.begin.x;
        if (block == nullptr) {
          std::fill_n(row, count, unreached);
        } else {
          std::copy_n(block + tile_x * (y - box.begin.y + tile_y * (z - box.begin.z)), count, row);
        }
      }
    }
  });
}

}  // namespace geoscribe
