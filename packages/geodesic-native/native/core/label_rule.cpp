#include "core/label_rule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace geoscribe {

namespace {

constexpr double probability_floor = 1e-4;
constexpr double outside_factor = 0.5;

template <class Score>
int first_argmax(std::size_t classes, Score score) {
  std::size_t best = 0;
  double greatest = score(0);
  for (std::size_t c = 1; c < classes; ++c) {
    const double here = score(c);
    if (here > greatest) {
      greatest = here;
      best = c;
    }
  }
  return static_cast<int>(best);
}

VoxelLabel posterior(const LabelRule& rule, std::span<const double> p, std::span<const double> g, int origin, bool focus) {
  if (!focus) return {origin, outside_factor * p[static_cast<std::size_t>(origin)], false};
  const int label = first_argmax(
      p.size(), [&](std::size_t c) { return std::max(p[c], probability_floor) * std::exp(rule.beta * g[c]); });
  const auto chosen = static_cast<std::size_t>(label);
  double rival = 0.0;
  for (std::size_t c = 0; c < g.size(); ++c) {
    if (c != chosen) rival = std::max(rival, g[c]);
  }
  return {label, std::max(g[chosen], outside_factor * p[chosen] * (1.0 - rival)), true};
}

VoxelLabel reference(std::span<const double> p, std::span<const double> g, int origin, bool focus, double greatest) {
  // sum_{j != c} G_j = total - G_c: the total is the same for every class and does not decide.
  const int label = first_argmax(p.size(), [&](std::size_t c) { return p[c] + 2.0 * g[c]; });
  if (focus) return {label, greatest, true};
  double total = 0.0;
  for (const double here : g) total += here;
  const auto chosen = static_cast<std::size_t>(label);
  return {origin, std::clamp(outside_factor * (p[chosen] + 2.0 * g[chosen] - total), 0.0, 1.0), false};
}

}  // namespace

double influence(double distance, double tau) {
  return distance == std::numeric_limits<double>::infinity() ? 0.0 : std::exp(-std::expm1(distance) / tau);
}

VoxelLabel label_voxel(const LabelRule& rule, std::span<const double> p, std::span<const double> g, int origin) {
  const double greatest = *std::max_element(g.begin(), g.end());
  const bool focus = greatest > rule.focus_threshold;
  return rule.reference ? reference(p, g, origin, focus, greatest) : posterior(rule, p, g, origin, focus);
}

}  // namespace geoscribe
