#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/control.hpp"
#include "core/grid.hpp"
#include "core/tiles.hpp"

namespace geoscribe {

struct EdgeBands {
  /** Greatest confidence at edge distance 0, 1, ...; empty = no bands. At most 254. */
  std::vector<float> caps;
  /** Whether neighbours along x, y, z count. */
  std::array<bool, 3> axes{true, true, true};

  /** How many voxels away a label can be that decides about a cap, along each axis. */
  Voxel reach() const;
};

/** The box with so many voxels more on every side, as far as the volume goes. */
Box grown(const Box& box, const Voxel& by, const Dims& dims);

/**
 * Caps the confidence beside edges of the label map, inside the focus area, for the voxels of a box.
 *
 * A focus voxel with a neighbour of another label, inside the focus area or not, has edge distance 0; distances grow by
 * steps between neighbours within the focus area. Faces of the volume are no edges and no exception. `label`, `focus`
 * (0 or 1) and `confidence` are those of the whole volume; they are read within `reach()` of the box. Half a byte a
 * voxel of that region is used.
 */
void cap_beside_edges(const Dims& dims, const EdgeBands& bands, const uint8_t* label, const uint8_t* focus,
                      float* confidence, const Box& box, const Control& control);

}  // namespace geoscribe
