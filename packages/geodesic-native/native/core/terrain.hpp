#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/elements.hpp"
#include "core/gate.hpp"
#include "core/grid.hpp"
#include "core/thread_pool.hpp"

namespace geoscribe {

/** Why no step may enter a voxel; 0 = open. */
enum Wall : uint8_t {
  open = 0,
  outside_gate = 1,
  outside_mask = 2,
  /** Intensity NaN or infinite: no step may leave it either, the difference of intensities does not exist. */
  not_finite = 4,
};

/** What all classes of a case share: smoothed channels and walls. */
struct Terrain {
  Dims dims;
  /** [channel][voxel]; NaN where the intensity is not finite. */
  std::vector<std::unique_ptr<float[]>> channels;
  /** Bits of Wall by voxel. */
  std::unique_ptr<uint8_t[]> walls;

  /** max over channels of |I~(v) - I~(u)|; both voxels are finite. */
  float difference(int64_t u, int64_t v) const {
    float greatest = 0.0f;
    for (const auto& channel : channels) {
      const float here = channel[static_cast<std::size_t>(v)] - channel[static_cast<std::size_t>(u)];
      const float size = here < 0.0f ? -here : here;
      if (size > greatest) greatest = size;
    }
    return greatest;
  }

  uint8_t wall(int64_t voxel) const { return walls[static_cast<std::size_t>(voxel)]; }
};

struct TerrainOptions {
  Dims dims;
  std::vector<Channel> channels;
  /** False: the channels are smooth already. */
  bool smooth = true;
  GateRule gate = GateRule::robust;
  /** 0 = outside; null = everything is inside. */
  const uint8_t* mask = nullptr;
};

Terrain make_terrain(const TerrainOptions& options, const Workers& workers);

}  // namespace geoscribe
