#pragma once

#include <span>

namespace geoscribe {

/** G = exp(-(exp(D) - 1) / tau): how much a stroke at geodesic distance D still says; 0 where unreached. */
double influence(double distance, double tau);

struct LabelRule {
  bool reference;
  double beta;
  double focus_threshold;
};

struct VoxelLabel {
  int label;
  double confidence;
  bool focus;
};

/**
 * Label and confidence of one voxel from p and G of every class.
 *
 * posterior: R = argmax p_c e^(beta G_c), p floored at 1e-4; confidence max(G_R, 0.5 p_R (1 - max_{j != R} G_j)).
 * reference: R = argmax of score_c = p_c + G_c - sum_{j != c} G_j; confidence max_c G_c. Ties go to the lower class.
 * Outside the focus area (max G not above the threshold): `origin` with 0.5 p_origin, or 0.5 max_c score_c.
 */
VoxelLabel label_voxel(const LabelRule& rule, std::span<const double> p, std::span<const double> g, int origin);

}  // namespace geoscribe
