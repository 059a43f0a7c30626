#pragma once

#include "core/tile_visit.hpp"

namespace geoscribe::GEOSCRIBE_ISA {

/** Brings one tile to the fixed point: see TileVisit for what goes in and out. */
void relax_tile(const WorkArrays& work, TileVisit& visit);

}  // namespace geoscribe::GEOSCRIBE_ISA
