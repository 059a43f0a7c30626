#include "core/tile_solver.hpp"

#include <algorithm>
#include <cmath>

namespace geoscribe {

namespace {

constexpr int64_t visits_between_reports = 64;
/** Rows are relaxed together whose least improvements differ by no more than this many of the smallest steps. */
constexpr float batch_steps = 4.0f;

int neighbourhood_of(const std::vector<SolverClass>& classes) {
  return !classes.empty() && classes.front().cost.steps.size() == 26 ? 26 : 6;
}

}  // namespace

/** One thread's arrays. */
struct TileSolver::Work {
  explicit Work(int channels)
      : distance(work_size), node_cost(work_size), intensity(static_cast<std::size_t>(work_size) * static_cast<std::size_t>(channels)) {}

  std::vector<float> distance, node_cost, intensity;
  TileVisit visit{};
};

TileSolver::TileSolver(TileTerrain& terrain, std::vector<SolverClass> classes, const Kernels& kernels)
    : terrain_(terrain),
      grid_(terrain.grid()),
      classes_(std::move(classes)),
      kernels_(kernels),
      neighbours_(neighbourhood_of(classes_)),
      queue_(grid_, static_cast<int>(classes_.size()), neighbours_),
      reached_(classes_.size()),
      changed_(static_cast<std::size_t>(grid_.count())),
      unreached_block_(static_cast<std::size_t>(tile_size), unreached) {}

float* TileSolver::stored_tile(int label, int64_t tile) const {
  const SolverClass& solved = classes_[static_cast<std::size_t>(label)];
  if (solved.sparse != nullptr) return solved.sparse->block(tile);
  return solved.dense + first_voxel(tile);
}

void TileSolver::add_seeds(int label, const std::vector<int64_t>& voxels) {
  const SolverClass& solved = classes_[static_cast<std::size_t>(label)];
  for (const int64_t voxel : voxels) {
    const Voxel at = voxel_of(grid_.dims, voxel);
    const int64_t tile = grid_.tile_at(at);
    if (solved.sparse != nullptr) solved.sparse->touch(tile, unreached);
    const Voxel in{at.x % tile_x, at.y % tile_y, at.z % tile_z};
    const int64_t offset = solved.sparse != nullptr ? in.x + tile_x * (in.y + tile_y * in.z)
                                                    : in.x + grid_.dims.x * (in.y + grid_.dims.y * in.z);
    float& distance = stored_tile(label, tile)[offset];
    if (distance == unreached) ++reached_[static_cast<std::size_t>(label)];
    distance = 0.0f;
    RowSet row;
    row.add(RowSet::index(static_cast<int>(in.z), static_cast<int>(in.y)));
    queue_.set_stored(label, tile);
    changed_[static_cast<std::size_t>(tile)] = true;
    queue_.add(label, tile, row, true, 0.0f);
  }
}

void TileSolver::renew(int label, int64_t tile) {
  changed_[static_cast<std::size_t>(tile)] = true;
  queue_.add(label, tile, RowSet::every(), true, 0.0f);
}

void TileSolver::run(const Workers& workers) {
  workers.run(workers.threads, [&](int64_t) { work(workers); });
}

void TileSolver::work(const Workers& workers) {
  Work work(terrain_.channels());
  try {
    // The task after this one is taken before this one begins, so that its voxels can be fetched meanwhile.
    auto task = queue_.take(workers.control);
    while (task) {
      workers.control.check();
      const auto next = queue_.take_if_any();
      visit(*task, next ? &*next : nullptr, work);
      queue_.finish(*task, work.visit);
      if (workers.control.progress && ++visits_ % visits_between_reports == 0) report(task->key, workers.control);
      task = next ? next : queue_.take(workers.control);
    }
  } catch (...) {
    queue_.stop();
    throw;
  }
}

void TileSolver::fetch_meanwhile(const TileTask* next, TileVisit& v) const {
  v.next_intensity = v.next_probability = v.next_left = v.next_right = nullptr;
  // A tile that was visited before needs few of its rows again, and one cut short would be fetched beyond its end.
  if (next == nullptr || next->stored || grid_.box(next->tile).size() != tile_size) return;
  v.next_intensity = terrain_.in_place(next->tile);
  const SolverClass& solved = classes_[static_cast<std::size_t>(next->label)];
  if (solved.cost.probability && solved.cost.probability.element == Element::float32) {
    v.next_probability = static_cast<const float*>(solved.cost.probability.data) + first_voxel(next->tile);
  }
  if (solved.dense == nullptr) return;
  if (next->stored_around[own - 1]) v.next_left = stored_tile(next->label, next->tile);
  if (next->stored_around[own + 1]) v.next_right = stored_tile(next->label, next->tile);
}

int64_t TileSolver::first_voxel(int64_t tile) const {
  const Voxel at = grid_.box(tile).begin;
  return at.x + grid_.dims.x * (at.y + grid_.dims.y * at.z);
}

void TileSolver::visit(const TileTask& task, const TileTask* next, Work& work) {
  const SolverClass& solved = classes_[static_cast<std::size_t>(task.label)];
  const ClassCost& cost = solved.cost;
  const Box box = grid_.box(task.tile);
  const Dims& dims = grid_.dims;
  const int64_t first = first_voxel(task.tile);
  const bool sparse = solved.sparse != nullptr;
  const bool fresh = sparse && solved.sparse->block(task.tile) == nullptr;
  if (fresh) solved.sparse->touch(task.tile, unreached);

  TileVisit& v = work.visit;
  v.extent[0] = static_cast<int>(box.end.x - box.begin.x);
  v.extent[1] = static_cast<int>(box.end.y - box.begin.y);
  v.extent[2] = static_cast<int>(box.end.z - box.begin.z);
  v.neighbours = neighbours_;
  v.channels = terrain_.channels();
  v.distance_row = sparse ? tile_x : dims.x;
  v.distance_plane = sparse ? tile_x * tile_y : dims.plane();
  v.intensity_row = terrain_.row();
  v.intensity_plane = terrain_.plane();
  v.intensity_channel = terrain_.channel();
  for (int side = 0; side < around; ++side) {
    const int64_t tile = queue_.neighbour(task.tile, side);
    v.exists[side] = tile >= 0;
    v.distance[side] = nullptr;
    v.intensity[side] = nullptr;
    if (side == own) {
      v.distance[side] = stored_tile(task.label, tile);
      v.intensity[side] = terrain_.tile(tile);
    } else if (task.stored_around[side]) {
      float* stored = stored_tile(task.label, tile);
      v.distance[side] = stored != nullptr ? stored : unreached_block_.data();
      v.intensity[side] = terrain_.tile(tile);
    }
  }
  v.stored = task.stored;
  v.volume_row = dims.x;
  v.volume_plane = dims.plane();
  v.probability = nullptr;
  v.probability_bytes = nullptr;
  if (cost.probability && cost.probability.element == Element::uint8) {
    v.probability_bytes = static_cast<const uint8_t*>(cost.probability.data) + first;
  } else if (cost.probability) {
    v.probability = static_cast<const float*>(cost.probability.data) + first;
  }
  v.mask = terrain_.mask() == nullptr ? nullptr : terrain_.mask() + first;
  for (const Step& step : cost.steps) {
    v.length_cost[neighbour_index(static_cast<int>(step.dx), static_cast<int>(step.dy), static_cast<int>(step.dz))] = step.length_cost;
  }
  v.gradient_weight = cost.gradient_weight;
  v.probability_weight = cost.probability_weight;
  v.beyond = std::nextafter(cost.cutoff, unreached);
  v.gate_low = terrain_.gate_low();
  v.gate_high = terrain_.gate_high();
  v.pending = task.pending;
  v.renewed = task.renewed;
  float shortest = unreached;
  for (const Step& step : cost.steps) shortest = std::min(shortest, step.length_cost + 1e-5f);
  v.batch_span = batch_steps * shortest;
  fetch_meanwhile(next, v);
  kernels_.relax_tile({work.distance.data(), work.node_cost.data(), work.intensity.data()}, v);
  reached_[static_cast<std::size_t>(task.label)] += v.newly_reached;
  if (v.wrote) changed_[static_cast<std::size_t>(task.tile)].store(true, std::memory_order_relaxed);
  // A tile that nothing reached needs no memory: its neighbours see the block that all such tiles share.
  if (fresh && v.newly_reached == 0) solved.sparse->release(task.tile);
}

void TileSolver::report(float key, const Control& control) {
  const float cutoff = classes_.front().cost.cutoff;
  const auto total = static_cast<double>(grid_.count() * static_cast<int64_t>(classes_.size()));
  const double share = std::isfinite(cutoff) ? static_cast<double>(std::min(1.0f, key / cutoff))
                                             : std::min(1.0, static_cast<double>(visits_.load()) / total);
  // Tiles are taken in the order of their keys only nearly, and by several threads.
  std::lock_guard lock(report_);
  reported_ = std::max(reported_, share);
  control.progress(reported_);
}

}  // namespace geoscribe
