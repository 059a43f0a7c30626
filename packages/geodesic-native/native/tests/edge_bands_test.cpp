#include "core/edge_bands.hpp"

#include <algorithm>

#include "check.hpp"
#include "support.hpp"

using namespace geoscribe;
using geoscribe::testing::random_values;

namespace {

struct Labels {
  Dims dims;
  std::vector<uint8_t> label, focus;

  /** Large regions of one label with some holes in the focus area. */
  Labels(const Dims& dims_, unsigned random) : dims(dims_) {
    const auto n = static_cast<std::size_t>(dims.size());
    const auto noise = random_values(n, random), holes = random_values(n, random + 1);
    for (std::size_t v = 0; v < n; ++v) {
      const Voxel at = voxel_of(dims, static_cast<int64_t>(v));
      label.push_back(noise[v] < 0.002f ? 7 : static_cast<uint8_t>((at.x + at.y + at.z) / 37 % 2));
      focus.push_back(holes[v] < 0.1f ? 0 : 1);
    }
  }
};

/** Step by step from voxel to voxel, the whole volume at once. */
std::vector<float> expected_caps(const Labels& labels, const EdgeBands& bands) {
  const Dims& dims = labels.dims;
  std::vector<Step> steps;
  for (const Step& step : steps_of(dims, Spacing{}, 6, 0.0)) {
    if ((step.dx != 0 && bands.axes[0]) || (step.dy != 0 && bands.axes[1]) || (step.dz != 0 && bands.axes[2])) steps.push_back(step);
  }
  const auto n = static_cast<std::size_t>(dims.size());
  std::vector<float> confidence(n, 0.7f);
  std::vector<std::size_t> distance(n, 1000);
  const auto has_neighbour = [&](std::size_t v, auto condition) {
    const Voxel at = voxel_of(dims, static_cast<int64_t>(v));
    return std::any_of(steps.begin(), steps.end(), [&](const Step& step) {
      return step.inside(dims, at) && condition(static_cast<std::size_t>(static_cast<int64_t>(v) + step.offset));
    });
  };
  for (std::size_t band = 0; band < bands.caps.size(); ++band) {
    for (std::size_t v = 0; v < n; ++v) {
      if (labels.focus[v] == 0 || distance[v] < band) continue;
      const bool here = band == 0 ? has_neighbour(v, [&](std::size_t to) { return labels.label[to] != labels.label[v]; })
                                  : has_neighbour(v, [&](std::size_t to) { return distance[to] == band - 1; });
      if (here) distance[v] = band;
    }
  }
  for (std::size_t v = 0; v < n; ++v) {
    if (distance[v] < bands.caps.size()) confidence[v] = std::min(confidence[v], bands.caps[distance[v]]);
  }
  return confidence;
}

void check_bands(const Labels& labels, const EdgeBands& bands) {
  const Dims& dims = labels.dims;
  const auto expected = expected_caps(labels, bands);
  CHECK(std::any_of(expected.begin(), expected.end(), [](float c) { return c < 0.7f; }));
  const Control control;
  const Box boxes[] = {{{0, 0, 0}, {dims.x, dims.y, dims.z}},
                       {{dims.x / 3, dims.y / 4, dims.z / 2}, {dims.x / 2 + 1, dims.y / 2 + 1, dims.z / 2 + 1}},
                       {{dims.x - 1, 0, 0}, {dims.x, 1, 1}}};
  for (const Box& box : boxes) {
    std::vector<float> confidence(expected.size(), 0.7f);
    cap_beside_edges(dims, bands, labels.label.data(), labels.focus.data(), confidence.data(), box, control);
    for (std::size_t v = 0; v < expected.size(); ++v) {
      const Voxel at = voxel_of(dims, static_cast<int64_t>(v));
      const bool inside = at.x >= box.begin.x && at.x < box.end.x && at.y >= box.begin.y && at.y < box.end.y &&
                          at.z >= box.begin.z && at.z < box.end.z;
      CHECK(confidence[v] == (inside ? expected[v] : 0.7f));
    }
  }
}

}  // namespace

TEST("caps are those of steps from voxel to voxel, in boxes of every kind, for widths around the bits of a word") {
  const Dims shapes[] = {{63, 5, 4}, {64, 9, 3}, {65, 7, 1}, {130, 1, 1}, {1, 80, 3}, {200, 6, 5}};
  const std::array<bool, 3> axes[] = {{true, true, true}, {true, false, false}, {false, true, true}};
  for (const Dims& dims : shapes) {
    const Labels labels(dims, 51);
    for (const auto& counted : axes) {
      if (!counted[0] && dims.y == 1) continue;
      if (counted[0] && !counted[1] && dims.x == 1) continue;
      // The caps need not grow.
      for (const auto& caps : {std::vector<float>{0.1f}, {0.5f, 0.0f, 0.25f}, {0.0f, 0.1f, 0.2f, 0.3f, 0.4f}}) {
        check_bands(labels, {caps, counted});
      }
    }
  }
}

TEST("as many bands as there can be reach as far") {
  std::vector<float> caps(254);
  for (std::size_t i = 0; i < caps.size(); ++i) caps[i] = static_cast<float>(i) / 500.0f;
  Labels labels({300, 3, 2}, 52);
  std::fill(labels.label.begin(), labels.label.end(), uint8_t{0});
  labels.label[5] = 1;
  check_bands(labels, {caps, {true, true, true}});
}

TEST("a cancelled pass over bands throws") {
  const Labels labels({64, 8, 8}, 53);
  Control control;
  control.cancelled = true;
  std::vector<float> confidence(labels.label.size(), 0.7f);
  CHECK_THROWS(Cancelled, cap_beside_edges(labels.dims, {{0.0f}, {true, true, true}}, labels.label.data(), labels.focus.data(),
                                           confidence.data(), {{0, 0, 0}, {64, 8, 8}}, control));
}
