#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/grid.hpp"
#include "core/thread_pool.hpp"

namespace geoscribe {

struct EdgeBands {
  /** Greatest confidence at edge distance 0, 1, ...; empty = no bands. At most 254. */
  std::vector<float> caps;
  /** Whether neighbours along x, y, z count. */
  std::array<bool, 3> axes{true, true, true};
};

/**
 * Caps the confidence beside edges of the label map, inside the focus area.
 *
 * A focus voxel with a neighbour of another label, inside the focus area or not, has edge distance 0; distances grow by
 * steps between neighbours within the focus area. Faces of the volume are no edges and no exception.
 */
void cap_beside_edges(const Dims& dims, const EdgeBands& bands, const uint8_t* label, const uint8_t* focus,
                      float* confidence, const Workers& workers);

}  // namespace geoscribe
