#pragma once

#include <cstdint>
#include <vector>

#include "core/case_data.hpp"
#include "core/edge_bands.hpp"
#include "core/gate.hpp"
#include "core/grid.hpp"
#include "core/thread_pool.hpp"

namespace geoscribe {

/** `no_error`: somebody looked and found nothing to correct. The others are the method's modes. */
enum class Mode { posterior, reference, seeds_only, self_training, partial, no_error };

/** Whether strokes spread; otherwise channels, gate and weights are not looked at. */
inline bool spreads(Mode mode) { return mode == Mode::posterior || mode == Mode::reference; }

struct PseudoLabelOptions {
  Mode mode = Mode::posterior;
  CaseData data;
  Spacing spacing;
  std::vector<Channel> channels;
  /** 0 = outside: no step may enter; null = everything is inside. */
  const uint8_t* mask = nullptr;
  /** w_d by class. */
  std::vector<double> distance_weight;
  float gradient_weight = 1.0f;
  float probability_weight = 0.1f;
  float cutoff = 5.0f;
  double tau = 5.0;
  /** Weight of G against log p, by class. */
  std::vector<double> beta;
  GateRule gate = GateRule::robust;
  int neighbours = 6;
  double focus_threshold = 0.1;
  EdgeBands bands;
};

/** One element a voxel each, owned by the caller, overlapping no input. */
struct PseudoLabelOutput {
  uint8_t* label;
  float* confidence;
  /** 1 inside the focus area. */
  uint8_t* focus;
};

struct PseudoLabelStatistics {
  int64_t focus_voxels = 0;
  int64_t flipped_voxels = 0;
  double confidence_sum = 0.0;
  /** By class. */
  std::vector<int64_t> reached_voxels;
  /** By class of the origin label: voxels, and those of them outside the gate. Of the background nobody asks for the
   *  latter: 0. All are 0 in modes that spread nothing. */
  std::vector<int64_t> predicted_voxels;
  std::vector<int64_t> walled_voxels;
};

/** Pseudo label, confidence and focus area of one case; the result does not depend on the number of threads. */
PseudoLabelStatistics pseudo_label(const PseudoLabelOptions& options, const PseudoLabelOutput& output,
                                   const Workers& workers);

}  // namespace geoscribe
