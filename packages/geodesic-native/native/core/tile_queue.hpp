#pragma once

#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <queue>
#include <vector>

#include "core/control.hpp"
#include "core/tile_visit.hpp"
#include "core/tiles.hpp"

namespace geoscribe {

/** Work on one tile of one class. */
struct TileTask {
  int label;
  int64_t tile;
  float key;
  RowSet pending;
  bool renewed;
  /** Whether the tile has stored distances, and which tiles around it have. */
  bool stored;
  bool stored_around[around];
};

/**
 * Tiles of all classes that have something to do, least key first. Two tiles of one class that touch are never handed
 * out at once, so that whoever holds a tile may read those around it.
 */
class TileQueue {
 public:
  TileQueue(const TileGrid& grid, int labels, int neighbours);

  /** Notes that rows of a tile have to be looked at. Not while threads are taking tasks. */
  void add(int label, int64_t tile, const RowSet& rows, bool renewed, float key);

  /** The next task; empty when everything is done. Waits while only neighbours of tiles at work are left. */
  std::optional<TileTask> take(const Control& control);

  /** The next task where there is one at once. */
  std::optional<TileTask> take_if_any();

  /** Hands a task back, with what its visit found for the tiles around. */
  void finish(const TileTask& task, const TileVisit& visit);

  /** Wakes all that wait: a task failed, nobody gets another one. */
  void stop();

  /** Notes that a tile has distances. Not while threads are taking tasks. */
  void set_stored(int label, int64_t tile);
  /** The tile at dx, dy, dz from `tile`, or -1 outside the volume. */
  int64_t neighbour(int64_t tile, int side) const;

 private:
  struct State {
    RowSet pending;
    /** The least improvement that waits; +Infinity = none. */
    float key = std::numeric_limits<float>::infinity();
    bool running = false;
    bool renewed = false;
    bool stored = false;
  };
  struct Entry {
    float key;
    int label;
    int64_t tile;

    bool operator<(const Entry& other) const { return key > other.key; }
  };

  State& state(int label, int64_t tile) { return states_[static_cast<std::size_t>(label)][static_cast<std::size_t>(tile)]; }
  const State& state(int label, int64_t tile) const {
    return states_[static_cast<std::size_t>(label)][static_cast<std::size_t>(tile)];
  }
  /** The same, for a class that may not have had anything to do so far. */
  State& first_state(int label, int64_t tile);
  bool counts(int side) const { return side != own && (all_26_ || touches_face(side)); }
  static bool touches_face(int side);
  void improve(int label, int64_t tile, const RowSet& rows, float key);
  bool touches_running(const Entry& entry) const;
  /** Drops entries whose tile has been taken, or has a lesser key by now. */
  void drop_old();
  std::optional<Entry> pop();
  TileTask begin(const Entry& entry);

  const TileGrid grid_;
  const bool all_26_;
  /** By class, empty where it has had nothing to do. */
  std::vector<std::vector<State>> states_;
  std::priority_queue<Entry> entries_;
  std::vector<Entry> passed_over_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int running_ = 0;
  int waiting_ = 0;
  bool stopped_ = false;
};

}  // namespace geoscribe
