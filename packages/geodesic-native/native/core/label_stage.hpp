#pragma once

#include <cstdint>
#include <vector>

#include "core/label_run.hpp"
#include "core/pseudo_label.hpp"
#include "core/sparse_field.hpp"

namespace geoscribe {

/**
 * Label, confidence and focus area of a case, tile by tile, from the distances of its classes.
 *
 * Tiles are labelled one by one; then edge bands, which look at labels around a tile, and the confidence of seeds finish
 * them. After a change of distances or seeds in some tiles, `label` and `finish` bring the outputs up to date when both
 * are given the tiles `around` those.
 */
class LabelStage {
 public:
  /** `fields`: distance by class, empty in modes that spread nothing. All arguments must outlive the stage. */
  LabelStage(const PseudoLabelOptions& options, const PseudoLabelOutput& output, const std::vector<SparseField>& fields);

  /** Every tile, ascending. */
  std::vector<int64_t> all_tiles() const;

  /** These tiles and all others whose bands depend on them, ascending. */
  std::vector<int64_t> around(const std::vector<int64_t>& tiles) const;

  /** Label, confidence before bands, and focus area of these tiles. */
  void label(const std::vector<int64_t>& tiles, const Workers& workers);

  /** Bands and seeds in these tiles, which have just been labelled, as have all others once. */
  void finish(const std::vector<int64_t>& tiles, const Workers& workers);

  /** Sums over all tiles into the fields that depend on labels and confidence. */
  void count(PseudoLabelStatistics& statistics) const;

 private:
  /** A run of `count` tiles from `first` on. Its results go to `counts_`. */
  LabelRun run_of(int64_t first, int64_t count);
  void label_run(int64_t first, int64_t count);
  void finish_tiles(const Box& tiles, const Control& control);

  const PseudoLabelOptions& options_;
  const PseudoLabelOutput output_;
  const std::vector<SparseField>& fields_;
  const TileGrid grid_;
  const bool spreads_;
  /** By class. */
  std::vector<float> beta_;
  /** By tile. */
  std::vector<TileCounts> counts_;
};

}  // namespace geoscribe
