#pragma once

#include <cstdint>
#include <string>

#include "core/elements.hpp"
#include "core/grid.hpp"
#include "core/step_cost.hpp"
#include "core/thread_pool.hpp"

namespace geoscribe {

inline constexpr uint8_t unmarked = 255;

/** Integer label by voxel, one of two widths; exactly one pointer is set. */
struct OriginLabel {
  const uint8_t* bytes = nullptr;
  const uint16_t* words = nullptr;

  int at(int64_t voxel) const { return bytes != nullptr ? bytes[voxel] : words[voxel]; }
};

/** The network's view of a case and what a person drew on it. */
struct CaseData {
  Dims dims;
  int classes;
  /** [C, Z, Y, X]. */
  Probability probability;
  OriginLabel origin;
  /** Null where nobody drew: everything is unmarked. */
  const uint8_t* seeds;

  Probability probability_of(int c) const { return probability.from(int64_t{c} * dims.size()); }
};

/** Throws InputError for a seed or label of no class, or a probability outside [0, 1] by more than 1e-6. */
void check_case(const CaseData& data, const Workers& workers);

/** The same for one array of probabilities, which the error calls `field`. */
void check_probability(const Probability& probability, const std::string& field, int64_t size, const Workers& workers);

}  // namespace geoscribe
