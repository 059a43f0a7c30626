#pragma once

#include "core/label_tile.hpp"

namespace geoscribe::GEOSCRIBE_ISA {

/** Label, confidence before edge bands and focus area. */
void label_tile(LabelTile& tile);

/** After the bands: seeds get confidence 1, and `confidence_sum` is that of now. */
void finish_tile(LabelTile& tile);

}  // namespace geoscribe::GEOSCRIBE_ISA
