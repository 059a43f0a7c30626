#pragma once

#include "core/label_run.hpp"
#include "core/smooth_piece.hpp"
#include "core/tile_visit.hpp"

namespace geoscribe {

/** Instruction sets the kernels are compiled for; `baseline` is the platform's own (SSE2, NEON). */
enum class Isa { baseline, avx2, avx512 };

/** The functions that are compiled once for each instruction set. All of them give the same bits. */
struct Kernels {
  Isa isa;
  /** Brings one tile to the fixed point of the step costs. */
  void (*relax_tile)(const WorkArrays& work, TileVisit& visit);
  /** Smooths a piece; false, and no output, where float64 cannot hold the sums. */
  bool (*smooth_piece)(const SmoothPiece& piece);
  /** Index of the first value below `low` or above `high`, or -1; NaN is neither. */
  int64_t (*first_outside)(const float* values, int64_t count, float low, float high);
  /** Writes `value` past the caches. */
  void (*fill)(float* values, int64_t count, float value);
  /** Label, confidence before edge bands and focus area. */
  void (*label_run)(const LabelRun& run);
  /** After the bands: seeds get confidence 1, and each `confidence_sum` is that of now. */
  void (*finish_run)(const LabelRun& run);
};

/** Those of the widest instruction set that this build and this CPU have. */
const Kernels& best_kernels();

/** Null where the build or the CPU lacks the instruction set. */
const Kernels* kernels_for(Isa isa);

}  // namespace geoscribe
