#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "core/distance.hpp"
#include "core/kernels/kernels.hpp"
#include "core/sparse_field.hpp"
#include "core/tile_queue.hpp"
#include "core/tile_terrain.hpp"

namespace geoscribe {

/** One class of a solver: its cost, and where its distances are kept: a whole volume filled with +Infinity, or blocks. */
struct SolverClass {
  ClassCost cost;
  float* dense = nullptr;
  SparseField* sparse = nullptr;
};

/**
 * Exact geodesic distances of several classes, tile by tile: every tile is brought to its own fixed point, the one with
 * the least improvement first, until no step improves any voxel. See docs/adr/0005.
 */
class TileSolver {
 public:
  /** Terrain and arrays must outlive the solver. All classes have the same neighbourhood. */
  TileSolver(TileTerrain& terrain, std::vector<SolverClass> classes, const Kernels& kernels = best_kernels());

  /** Sets the distance of these voxels to 0. */
  void add_seeds(int label, const std::vector<int64_t>& voxels);

  /** Notes that distances of a tile were written from outside: its rows, and those around it, are looked at again. */
  void renew(int label, int64_t tile);

  /** Until nothing improves. A run that throws leaves distances that are too long: start again. */
  void run(const Workers& workers);

  /** Voxels of the class that have a distance. */
  int64_t reached(int label) const { return reached_[static_cast<std::size_t>(label)].load(); }
  /** Notes that distances written from outside reach so many more voxels. */
  void count_reached(int label, int64_t more) { reached_[static_cast<std::size_t>(label)] += more; }

  /** Whether a distance in the tile, of any class, has changed; from then on it has not. */
  bool take_changed(int64_t tile) { return changed_[static_cast<std::size_t>(tile)].exchange(false); }

 private:
  struct Work;

  void work(const Workers& workers);
  /** `next`: the task to come, null = none. */
  void visit(const TileTask& task, const TileTask* next, Work& work);
  void fetch_meanwhile(const TileTask* next, TileVisit& visit) const;
  int64_t first_voxel(int64_t tile) const;
  float* stored_tile(int label, int64_t tile) const;
  void report(float key, const Control& control);

  TileTerrain& terrain_;
  const TileGrid grid_;
  std::vector<SolverClass> classes_;
  const Kernels& kernels_;
  int neighbours_;
  TileQueue queue_;
  std::vector<std::atomic<int64_t>> reached_;
  std::vector<std::atomic<bool>> changed_;
  /** What tiles without a block look like to their neighbours. */
  std::vector<float> unreached_block_;
  std::atomic<int64_t> visits_{0};
  std::mutex report_;
  double reported_ = 0.0;
};

}  // namespace geoscribe
