#include "core/edge_bands.hpp"

#include <algorithm>
#include <memory>

#include "core/rows.hpp"

namespace geoscribe {

namespace {

constexpr std::size_t voxels_between_checks = 4096;

/** The steps along the axes that count. */
std::vector<Step> counted_steps(const Dims& dims, const std::array<bool, 3>& axes) {
  std::vector<Step> steps;
  for (const Step& step : steps_of(dims, Spacing{}, 6, 0.0)) {
    const bool counts = (step.dx != 0 && axes[0]) || (step.dy != 0 && axes[1]) || (step.dz != 0 && axes[2]);
    if (counts) steps.push_back(step);
  }
  return steps;
}

}  // namespace

void cap_beside_edges(const Dims& dims, const EdgeBands& bands, const uint8_t* label, const uint8_t* focus,
                      float* confidence, const Workers& workers) {
  if (bands.caps.empty()) return;
  const std::vector<Step> steps = counted_steps(dims, bands.axes);
  const auto seen = std::make_unique<bool[]>(static_cast<std::size_t>(dims.size()));
  const auto take = [&](int64_t voxel, float cap) {
    seen[static_cast<std::size_t>(voxel)] = true;
    confidence[voxel] = std::min(confidence[voxel], cap);
  };

  std::vector<std::vector<int64_t>> edges(static_cast<std::size_t>(dims.z));
  for_rows(dims, workers, [&](int64_t z, int64_t begin, int64_t end) {
    for (int64_t v = begin; v < end; ++v) {
      if (focus[v] == 0) continue;
      const Voxel here = voxel_of(dims, v);
      const bool edge = std::any_of(steps.begin(), steps.end(), [&](const Step& step) {
        return step.inside(dims, here) && label[v + step.offset] != label[v];
      });
      if (!edge) continue;
      take(v, bands.caps[0]);
      edges[static_cast<std::size_t>(z)].push_back(v);
    }
  });

  std::vector<int64_t> front;
  for (const auto& slice : edges) front.insert(front.end(), slice.begin(), slice.end());
  for (std::size_t band = 1; band < bands.caps.size(); ++band) {
    std::vector<int64_t> next;
    for (std::size_t i = 0; i < front.size(); ++i) {
      if (i % voxels_between_checks == 0) workers.control.check();
      const Voxel here = voxel_of(dims, front[i]);
      for (const Step& step : steps) {
        const int64_t to = front[i] + step.offset;
        if (!step.inside(dims, here) || focus[to] == 0 || seen[static_cast<std::size_t>(to)]) continue;
        take(to, bands.caps[band]);
        next.push_back(to);
      }
    }
    front = std::move(next);
  }
}

}  // namespace geoscribe
