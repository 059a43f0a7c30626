#include "core/grid.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace geoscribe {

double Spacing::smallest() const { return std::min({x, y, z}); }

double step_length(const Spacing& spacing, int64_t dx, int64_t dy, int64_t dz) {
  const double smallest = spacing.smallest();
  const auto square = [&](int64_t step, double edge) { return step == 0 ? 0.0 : (edge / smallest) * (edge / smallest); };
  std::array<double, 3> squares{square(dx, spacing.x), square(dy, spacing.y), square(dz, spacing.z)};
  std::sort(squares.begin(), squares.end());
  return std::sqrt((squares[0] + squares[1]) + squares[2]);
}

std::vector<Step> steps_of(const Dims& dims, const Spacing& spacing, int neighbours, double distance_weight) {
  std::vector<Step> steps;
  for (int64_t dz = -1; dz <= 1; ++dz) {
    for (int64_t dy = -1; dy <= 1; ++dy) {
      for (int64_t dx = -1; dx <= 1; ++dx) {
        const int64_t axes = std::abs(dx) + std::abs(dy) + std::abs(dz);
        if (axes == 0 || (neighbours == 6 && axes > 1)) continue;
        const double length = step_length(spacing, dx, dy, dz);
        steps.push_back({dx, dy, dz, dx + dims.x * (dy + dims.y * dz), static_cast<float>(distance_weight * length)});
      }
    }
  }
  return steps;
}

}  // namespace geoscribe
