#include "core/tile_queue.hpp"

namespace geoscribe {

namespace {

constexpr float nothing = std::numeric_limits<float>::infinity();
/** How many tiles beside running ones are passed over in search of a free one. */
constexpr std::size_t most_passed_over = 64;

}  // namespace

TileQueue::TileQueue(const TileGrid& grid, int labels, int neighbours)
    : grid_(grid), all_26_(neighbours == 26), states_(static_cast<std::size_t>(labels)) {}

TileQueue::State& TileQueue::first_state(int label, int64_t tile) {
  auto& states = states_[static_cast<std::size_t>(label)];
  if (states.empty()) states.resize(static_cast<std::size_t>(grid_.count()));
  return state(label, tile);
}

void TileQueue::set_stored(int label, int64_t tile) { first_state(label, tile).stored = true; }

bool TileQueue::touches_face(int side) {
  return side == neighbour_index(-1, 0, 0) || side == neighbour_index(1, 0, 0) || side == neighbour_index(0, -1, 0) ||
         side == neighbour_index(0, 1, 0) || side == neighbour_index(0, 0, -1) || side == neighbour_index(0, 0, 1);
}

int64_t TileQueue::neighbour(int64_t tile, int side) const {
  const Dims& tiles = grid_.tiles;
  const Voxel at = voxel_of(tiles, tile);
  const int64_t x = at.x + side % 3 - 1, y = at.y + side / 3 % 3 - 1, z = at.z + side / 9 - 1;
  if (x < 0 || y < 0 || z < 0 || x >= tiles.x || y >= tiles.y || z >= tiles.z) return -1;
  return x + tiles.x * (y + tiles.y * z);
}

void TileQueue::improve(int label, int64_t tile, const RowSet& rows, float key) {
  State& known = state(label, tile);
  known.pending.add(rows);
  if (key < known.key) {
    known.key = key;
    entries_.push({key, label, tile});
  }
}

void TileQueue::add(int label, int64_t tile, const RowSet& rows, bool renewed, float key) {
  State& known = first_state(label, tile);
  known.renewed = known.renewed || renewed;
  improve(label, tile, rows, key);
}

bool TileQueue::touches_running(const Entry& entry) const {
  if (running_ == 0) return false;
  for (int side = 0; side < around; ++side) {
    if (side != own && !counts(side)) continue;
    const int64_t tile = neighbour(entry.tile, side);
    if (tile >= 0 && state(entry.label, tile).running) return true;
  }
  return false;
}

void TileQueue::drop_old() {
  while (!entries_.empty() && entries_.top().key != state(entries_.top().label, entries_.top().tile).key) entries_.pop();
}

std::optional<TileQueue::Entry> TileQueue::pop() {
  std::optional<Entry> found;
  for (drop_old(); !entries_.empty() && !found && passed_over_.size() < most_passed_over; drop_old()) {
    const Entry entry = entries_.top();
    entries_.pop();
    if (touches_running(entry)) {
      passed_over_.push_back(entry);
    } else {
      found = entry;
    }
  }
  for (const Entry& entry : passed_over_) entries_.push(entry);
  passed_over_.clear();
  return found;
}

TileTask TileQueue::begin(const Entry& entry) {
  State& known = state(entry.label, entry.tile);
  TileTask task{entry.label, entry.tile, entry.key, known.pending, known.renewed, known.stored, {}};
  known.pending = {};
  known.key = nothing;
  known.renewed = false;
  known.running = true;
  ++running_;
  for (int side = 0; side < around; ++side) {
    const int64_t tile = neighbour(entry.tile, side);
    task.stored_around[side] = tile >= 0 && counts(side) && state(entry.label, tile).stored;
  }
  return task;
}

std::optional<TileTask> TileQueue::take(const Control& control) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stopped_) return std::nullopt;
    control.check();
    if (const auto entry = pop()) return begin(*entry);
    if (running_ == 0) return std::nullopt;
    ++waiting_;
    changed_.wait(lock);
    --waiting_;
  }
}

std::optional<TileTask> TileQueue::take_if_any() {
  std::lock_guard lock(mutex_);
  if (stopped_) return std::nullopt;
  if (const auto entry = pop()) return begin(*entry);
  return std::nullopt;
}

void TileQueue::finish(const TileTask& task, const TileVisit& visit) {
  std::lock_guard lock(mutex_);
  State& known = state(task.label, task.tile);
  known.running = false;
  known.stored = true;
  --running_;
  for (int side = 0; side < around; ++side) {
    if (visit.outward_key[side] < nothing) {
      improve(task.label, neighbour(task.tile, side), visit.outward[side], visit.outward_key[side]);
    }
  }
  if (waiting_ > 0) changed_.notify_all();
}

void TileQueue::stop() {
  std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

}  // namespace geoscribe
