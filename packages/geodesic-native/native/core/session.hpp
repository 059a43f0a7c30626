#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/pseudo_label.hpp"
#include "core/tiles.hpp"

namespace geoscribe {

/**
 * A case whose strokes change one by one: image, probability and distances are kept, and an edit recomputes only what
 * it touches. After every edit the outputs are bit-equal to a fresh `pseudo_label` with the same seeds.
 */
class Session {
 public:
  struct Update {
    PseudoLabelStatistics statistics;
    /** What the edit may have changed in the outputs; empty (begin = end) where nothing. */
    Box changed;
  };

  /**
   * Computes everything once; progress ends at 1. Modes posterior and reference only. `seeds` (one a voxel) holds the
   * first strokes and is written by edits; it, the outputs and the inputs stay the caller's and must outlive the session.
   */
  Session(const PseudoLabelOptions& options, uint8_t* seeds, const PseudoLabelOutput& output, const Workers& workers);
  ~Session();

  Update first() const;

  /** Voxels of the volume. */
  int64_t voxels() const;

  /**
   * Sets the seed of these voxels to `seed` (a class, or `unmarked` to erase) and brings the outputs up to date.
   *
   * An edit that fails or is cancelled has set the seeds; the next edit recomputes everything.
   */
  Update draw(const std::vector<int64_t>& voxels, uint8_t seed, const Workers& workers);

  /** The whole distance of one class, as `geodesic_distance` gives it. */
  void distance(int seed_class, float* output, const Workers& workers);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace geoscribe
