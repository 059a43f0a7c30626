#pragma once

#include <cmath>

namespace geoscribe {

/**
 * Cost of the step u -> v in float32, every operation rounded, in this order and no other:
 *
 *     ((k_dir + w_g * |dI|) + w_p * (1 - p_v)) + 1e-5
 *
 * Float addition is monotone, so that every algorithm that ends when no step improves a voxel gives the same bits.
 */
inline float step_cost(float length_cost, float gradient_weight, float difference, float probability_cost) {
  return ((length_cost + gradient_weight * difference) + probability_cost) + 1e-5f;
}

/** Clamped into [0, 1]; NaN stays NaN. */
inline float clamped_probability(float p) { return p < 0.0f ? 0.0f : p > 1.0f ? 1.0f : p; }

/** w_p * (1 - p_v). A NaN passes through and makes every candidate false: a wall. */
inline float probability_cost(float probability_weight, float p) {
  return probability_weight * (1.0f - clamped_probability(p));
}

}  // namespace geoscribe
