#pragma once

#include "core/pseudo_label.hpp"
#include "core/tile_terrain.hpp"

namespace geoscribe {

/**
 * Fills `predicted_voxels` and `walled_voxels`: a voxel counts as walled off where its intensity is finite in every
 * channel and outside the gate of one. Only tiles with voxels of other classes than the background are smoothed for it.
 */
void count_walled(const CaseData& data, TileTerrain& terrain, PseudoLabelStatistics& statistics, const Workers& workers);

}  // namespace geoscribe
