#pragma once

#include <cstdint>

#include "core/elements.hpp"

namespace geoscribe {

inline constexpr int most_classes = 255;

/** How label and confidence of a voxel follow from p and G of the classes. */
enum class LabelRule : uint8_t {
  /** R = argmax p_c e^(beta_c G_c), p floored at 1e-4; confidence max(G_R, 0.5 p_R (1 - max_{j != R} G_j)). */
  posterior,
  /** R = argmax p_c + G_c - sum_{j != c} G_j; confidence max G; outside the focus area half the greatest of these. */
  reference,
  /** The origin label with 0.5 p. */
  origin,
  /** The origin label with a given confidence. */
  fixed,
};

/** Classes with distances in a tile, ascending, and blocks of `tile_size` with them: +Infinity = unreached. */
struct TileDistances {
  int reached;
  const int* reached_class;
  const float* const* distance;
};

/** Voxels in the focus area, and of another label than the origin label; sum of the confidence, in an order that does
 *  not depend on the instruction set. */
struct TileCounts {
  int64_t focus_voxels;
  int64_t flipped_voxels;
  double confidence_sum;
};

inline constexpr int most_run_tiles = 16;

/**
 * Tiles side by side along x, to be labelled row by row. Pointers are those of the first voxel of the first tile; voxels
 * follow each other along x.
 *
 * float32 with every operation rounded, in this order and no other, so that all instruction sets and the TypeScript
 * reference give the same bits (p clamped to [0, 1], NaN = 0; G by `influence` of exp32.hpp, 0 where unreached):
 *
 *     posterior: w_c = max(p_c, 1e-4) * exp32(beta_c * G_c - max_j beta_j * G_j), R the first greatest;
 *                confidence max(G_R, (0.5 * p_R) * (1 - max_{j != R} G_j))
 *     reference: s_c = p_c + 2 * G_c, R the first greatest; confidence max G, outside the focus area
 *                0.5 * (s_R - sum_c G_c) in [0, 1], the sum in the order of the classes
 *
 * The focus area is where max G > `focus_threshold`, and where a seed is; the label of a seed is its class.
 */
struct LabelRun {
  int64_t nx, ny, nz;
  /** Voxels between rows and planes of the volume. */
  int64_t row, plane;

  LabelRule rule;
  float tau;
  /** By class. */
  const float* beta;
  float focus_threshold;
  float fixed_confidence;

  int classes;
  Probability probability;
  /** Voxels between classes. */
  int64_t volume;
  /** Exactly one is set. */
  const uint8_t* origin_bytes;
  const uint16_t* origin_words;
  /** Null: no seeds. Where strokes spread, a tile without distances has none. */
  const uint8_t* seeds;

  /** One for every `tile_x` voxels of a row, at most `most_run_tiles`. */
  const TileDistances* distances;

  uint8_t* label;
  float* confidence;
  uint8_t* focus;
  /** Results by tile. */
  TileCounts* counts;
};

}  // namespace geoscribe
