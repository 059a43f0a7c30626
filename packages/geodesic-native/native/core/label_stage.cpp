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
      counts_(static_cast<std::size_t>(grid_.count())) {}

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

LabelTile LabelStage::tile_of(int64_t tile) const {
  const CaseData& data = options_.data;
  const Box box = grid_.box(tile);
  const int64_t first = box.begin.x + data.dims.x * (box.begin.y + data.dims.y * box.begin.z);
  LabelTile result{};
  result.nx = box.end.x - box.begin.x;
  result.ny = box.end.y - box.begin.y;
  result.nz = box.end.z - box.begin.z;
  result.row = data.dims.x;
  result.plane = data.dims.plane();
  result.rule = rule_of(options_.mode);
  result.tau = positive_float(options_.tau);
  result.beta = positive_float(options_.beta);
  result.focus_threshold = static_cast<float>(options_.focus_threshold);
  result.fixed_confidence = options_.mode == Mode::no_error ? 1.0f : 0.0f;
  result.classes = data.classes;
  result.probability = data.probability.from(first);
  result.volume = data.dims.size();
  result.origin_bytes = data.origin.bytes == nullptr ? nullptr : data.origin.bytes + first;
  result.origin_words = data.origin.words == nullptr ? nullptr : data.origin.words + first;
  result.seeds = data.seeds == nullptr ? nullptr : data.seeds + first;
  result.label = output_.label + first;
  result.confidence = output_.confidence + first;
  result.focus = output_.focus + first;
  return result;
}

void LabelStage::label_tile(int64_t tile) {
  int classes[most_classes];
  const float* distance[most_classes];
  LabelTile work = tile_of(tile);
  work.reached_class = classes;
  work.distance = distance;
  for (std::size_t c = 0; c < fields_.size(); ++c) {
    const float* block = fields_[c].block(tile);
    if (block == nullptr) continue;
    classes[work.reached] = static_cast<int>(c);
    distance[work.reached++] = block;
  }
  // A seed has a distance.
  if (spreads_ && work.reached == 0) work.seeds = nullptr;
  best_kernels().label_tile(work);
  counts_[static_cast<std::size_t>(tile)] = {work.focus_voxels, work.flipped_voxels, work.confidence_sum};
}

void LabelStage::label(const std::vector<int64_t>& tiles, const Workers& workers) {
  workers.run(static_cast<int64_t>(tiles.size()), [&](int64_t i) { label_tile(tiles[static_cast<std::size_t>(i)]); });
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
        TileCounts& counts = counts_[static_cast<std::size_t>(tile)];
        if (counts.focus_voxels == 0) continue;
        LabelTile work = tile_of(tile);
        best_kernels().finish_tile(work);
        counts.confidence_sum = work.confidence_sum;
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
