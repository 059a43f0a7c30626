#pragma once

#include "core/label_run.hpp"

namespace geoscribe::GEOSCRIBE_ISA {

/** Label, confidence before edge bands and focus area. */
void label_run(const LabelRun& run);

/** After the bands: seeds get confidence 1, and each `confidence_sum` is that of now. */
void finish_run(const LabelRun& run);

}  // namespace geoscribe::GEOSCRIBE_ISA
