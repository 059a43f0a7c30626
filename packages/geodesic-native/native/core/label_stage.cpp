#include "core/label_stage.hpp"

#include <algorithm>
#include <limits>

#include "core/kernels/kernels.hpp"

namespace geoscribe {

namespace {

/** Positive and finite in float32, however far away it is in float64. */
float positive_float(double value) {
  using Limits = std::numeric_limits<float>;
  return static_cast<float>(std::clamp(value, double{Limits::min()}, double{Limits::max()}));
}

LabelRule rule_of(Mode mode) {
  switch (mode) {
    case Mode::posterior: return LabelRule::posterior;
    case Mode::reference: return LabelRule::reference;
    case Mode::seeds_only:
    case Mode::self_training: return LabelRule::origin;
    case Mode::partial:
    case Mode::no_error: break;
  }
  return LabelRule::fixed;
}

/** Tiles side by side along x. */
struct Run {
  int64_t first;
  int64_t count;
};

/** Ascending tiles as runs within rows of `row` tiles. */
std::vector<Run> runs_of(const std::vector<int64_t>& tiles, int64_t row) {
  std::vector<Run> runs;
  for (const int64_t tile : tiles) {
    const bool follows = !runs.empty() && runs.back().first + runs.back().count == tile;
    if (follows && tile % row != 0 && runs.back().count < most_run_tiles) {
      ++runs.back().count;
    } else {
      runs.push_back({tile, 1});
    }
  }
  return runs;
}

/** A part of the tile grid for one thread: so large that the regions around parts do not overlap much. */
Dims part_size(const TileGrid& grid, const EdgeBands& bands) {
  const Voxel reach = bands.reach();
  const auto tiles = [](int64_t least, int64_t voxels, int64_t edge) { return std::max(least, (2 * voxels + edge - 1) / edge); };
  return {grid.tiles.x, tiles(2, reach.y, tile_y), tiles(2, reach.z, tile_z)};
}

}  // namespace

LabelStage::LabelStage(const PseudoLabelOptions& options, const PseudoLabelOutput& output, const std::vector<SparseField>& fields)
    : options_(options),
      output_(output),
      fields_(fields),
      grid_(options.data.dims),
      spreads_(spreads(options.mode)),
      counts_(static_cast<std::size_t>(grid_.count())) {
  for (const double beta : options.beta) beta_.push_back(positive_float(beta));
}

std::vector<int64_t> LabelStage::all_tiles() const {
  std::vector<int64_t> tiles(static_cast<std::size_t>(grid_.count()));
  for (std::size_t i = 0; i < tiles.size(); ++i) tiles[i] = static_cast<int64_t>(i);
  return tiles;
}

std::vector<int64_t> LabelStage::around(const std::vector<int64_t>& tiles) const {
  const Voxel reach = options_.bands.reach();
  std::vector<bool> found(static_cast<std::size_t>(grid_.count()), false);
  for (const int64_t tile : tiles) {
    const Box box = grown(grid_.box(tile), reach, grid_.dims);
    for (int64_t z = box.begin.z / tile_z; z <= (box.end.z - 1) / tile_z; ++z) {
      for (int64_t y = box.begin.y / tile_y; y <= (box.end.y - 1) / tile_y; ++y) {
        for (int64_t x = box.begin.x / tile_x; x <= (box.end.x - 1) / tile_x; ++x) {
          found[static_cast<std::size_t>(x + grid_.tiles.x * (y + grid_.tiles.y * z))] = true;
        }
      }
    }
  }
  std::vector<int64_t> result;
  for (std::size_t tile = 0; tile < found.size(); ++tile) {
    if (found[tile]) result.push_back(static_cast<int64_t>(tile));
  }
  return result;
}

LabelRun LabelStage::run_of(int64_t first_tile, int64_t count) {
  const CaseData& data = options_.data;
  const Box box = grid_.box(first_tile);
  const int64_t first = box.begin.x + data.dims.x * (box.begin.y + data.dims.y * box.begin.z);
  LabelRun run{};
  run.nx = std::min(data.dims.x - box.begin.x, tile_x * count);
  run.ny = box.end.y - box.begin.y;
  run.nz = box.end.z - box.begin.z;
  run.row = data.dims.x;
  run.plane = data.dims.plane();
  run.rule = rule_of(options_.mode);
  run.tau = positive_float(options_.tau);
  run.beta = beta_.data();
  run.focus_threshold = static_cast<float>(options_.focus_threshold);
  run.fixed_confidence = options_.mode == Mode::no_error ? 1.0f : 0.0f;
  run.classes = data.classes;
  run.probability = data.probability.from(first);
  run.volume = data.dims.size();
  run.origin_bytes = data.origin.bytes == nullptr ? nullptr : data.origin.bytes + first;
  run.origin_words = data.origin.words == nullptr ? nullptr : data.origin.words + first;
  run.seeds = data.seeds == nullptr ? nullptr : data.seeds + first;
  run.counts = &counts_[static_cast<std::size_t>(first_tile)];
  run.label = output_.label + first;
  run.confidence = output_.confidence + first;
  run.focus = output_.focus + first;
  return run;
}

void LabelStage::label_run(int64_t first, int64_t count) {
  const std::size_t classes = fields_.size();
  TileDistances tiles[most_run_tiles];
  std::vector<int> reached_classes(classes * static_cast<std::size_t>(count));
  std::vector<const float*> blocks(reached_classes.size());
  for (int64_t t = 0; t < count; ++t) {
    int* reached_class = reached_classes.data() + classes * static_cast<std::size_t>(t);
    const float** distance = blocks.data() + classes * static_cast<std::size_t>(t);
    int reached = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      const float* block = fields_[c].block(first + t);
      if (block == nullptr) continue;
      reached_class[reached] = static_cast<int>(c);
      distance[reached++] = block;
    }
    tiles[t] = {reached, reached_class, distance};
  }
  LabelRun run = run_of(first, count);
  run.distances = tiles;
  best_kernels().label_run(run);
}

void LabelStage::label(const std::vector<int64_t>& tiles, const Workers& workers) {
  const auto runs = runs_of(tiles, grid_.tiles.x);
  workers.run(static_cast<int64_t>(runs.size()), [&](int64_t i) {
    const Run& run = runs[static_cast<std::size_t>(i)];
    label_run(run.first, run.count);
  });
}

void LabelStage::finish(const std::vector<int64_t>& tiles, const Workers& workers) {
  const Dims size = part_size(grid_, options_.bands);
  const Dims parts{1, (grid_.tiles.y + size.y - 1) / size.y, (grid_.tiles.z + size.z - 1) / size.z};
  // In every part the box of tiles that have something to finish. Where one of them has no need of it, it does no harm.
  std::vector<Box> boxes(static_cast<std::size_t>(parts.size()), Box{{grid_.tiles.x, grid_.tiles.y, grid_.tiles.z}, {0, 0, 0}});
  for (const int64_t tile : tiles) {
    if (counts_[static_cast<std::size_t>(tile)].focus_voxels == 0) continue;
    const Voxel at = voxel_of(grid_.tiles, tile);
    Box& box = boxes[static_cast<std::size_t>(at.y / size.y + parts.y * (at.z / size.z))];
    box.begin = {std::min(box.begin.x, at.x), std::min(box.begin.y, at.y), std::min(box.begin.z, at.z)};
    box.end = {std::max(box.end.x, at.x + 1), std::max(box.end.y, at.y + 1), std::max(box.end.z, at.z + 1)};
  }
  std::erase_if(boxes, [](const Box& box) { return box.end.x == 0; });
  workers.run(static_cast<int64_t>(boxes.size()), [&](int64_t i) {
    finish_tiles(boxes[static_cast<std::size_t>(i)], workers.control);
  });
}

void LabelStage::finish_tiles(const Box& tiles, const Control& control) {
  const Dims& dims = grid_.dims;
  if (spreads_) {
    const Box voxels{{tiles.begin.x * tile_x, tiles.begin.y * tile_y, tiles.begin.z * tile_z},
                     {std::min(dims.x, tiles.end.x * tile_x), std::min(dims.y, tiles.end.y * tile_y), std::min(dims.z, tiles.end.z * tile_z)}};
    cap_beside_edges(dims, options_.bands, output_.label, output_.focus, output_.confidence, voxels, control);
  }
  for (int64_t z = tiles.begin.z; z < tiles.end.z; ++z) {
    for (int64_t y = tiles.begin.y; y < tiles.end.y; ++y) {
      for (int64_t x = tiles.begin.x; x < tiles.end.x; ++x) {
        const int64_t tile = x + grid_.tiles.x * (y + grid_.tiles.y * z);
        if (counts_[static_cast<std::size_t>(tile)].focus_voxels > 0) best_kernels().finish_run(run_of(tile, 1));
      }
    }
  }
}

void LabelStage::count(PseudoLabelStatistics& statistics) const {
  statistics.focus_voxels = statistics.flipped_voxels = 0;
  statistics.confidence_sum = 0.0;
  for (const TileCounts& tile : counts_) {
    statistics.focus_voxels += tile.focus_voxels;
    statistics.flipped_voxels += tile.flipped_voxels;
    statistics.confidence_sum += tile.confidence_sum;
  }
}

}  // namespace geoscribe
