#pragma once

#include <cstdint>
#include <vector>

#include "core/pseudo_label.hpp"
#include "core/sparse_field.hpp"
#include "core/tile_solver.hpp"
#include "core/tile_terrain.hpp"

namespace geoscribe {

/** Geodesic distances of all classes of a case, kept by tile while strokes come and go. */
class CaseDistances {
 public:
  /** Without strokes. The arrays of `options` must outlive the object. */
  CaseDistances(const PseudoLabelOptions& options, const Workers& workers);

  /** Voxels become seeds of the class. */
  void add_seeds(int c, const std::vector<int64_t>& voxels);

  /**
   * Voxels cease to be seeds of the class; `seeds` is the seed map without them. Every voxel whose distance comes from
   * one of them loses it, and the tiles of those are to be solved again. One that is cancelled leaves the distances
   * unusable.
   */
  void erase_seeds(int c, const std::vector<int64_t>& voxels, const uint8_t* seeds, const Control& control);

  /** Brings all distances up to date. One that throws leaves them unusable. */
  void solve(const Workers& workers) { solver_.run(workers); }

  const TileGrid& grid() const { return terrain_.grid(); }
  TileTerrain& terrain() { return terrain_; }
  const std::vector<SparseField>& fields() const { return fields_; }
  int64_t reached(int c) const { return solver_.reached(c); }

  /** Tiles in which a distance has changed since the last call, ascending. */
  std::vector<int64_t> take_changed_tiles();

 private:
  std::vector<SolverClass> solver_classes(const PseudoLabelOptions& options);
  float* distance_at(int c, const Voxel& at) const;
  float step_to(const ClassCost& cost, const Step& step, const Voxel& from, const Voxel& to);
  const float* intensities_at(const Voxel& at);

  TileTerrain terrain_;
  BlockPool pool_{static_cast<std::size_t>(tile_size)};
  std::vector<SparseField> fields_;
  std::vector<ClassCost> costs_;
  TileSolver solver_;
};

}  // namespace geoscribe
