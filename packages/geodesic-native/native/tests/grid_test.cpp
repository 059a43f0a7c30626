#include "core/grid.hpp"

#include <algorithm>
#include <cmath>

#include "check.hpp"
#include "support.hpp"

using namespace geoscribe;

TEST("indices beyond 32 bits") {
  const Dims dims{70'000, 70'000, 3};
  CHECK(dims.plane() == 4'900'000'000);
  const int64_t index = 69'999 + 70'000 * (69'998 + int64_t{70'000} * 2);
  const Voxel voxel = voxel_of(dims, index);
  CHECK(voxel.x == 69'999 && voxel.y == 69'998 && voxel.z == 2);
  const auto steps = steps_of(dims, {}, 6, 1.0);
  CHECK(std::any_of(steps.begin(), steps.end(), [](const Step& step) { return step.offset == 4'900'000'000; }));
}

TEST("a neighbourhood has 6 or 26 steps, lengths in units of the smallest spacing") {
  const Dims dims{5, 5, 5};
  CHECK(steps_of(dims, {}, 6, 1.0).size() == 6);
  const auto steps = steps_of(dims, {2.0, 1.0, 4.0}, 26, 0.5);
  CHECK(steps.size() == 26);
  for (const Step& step : steps) {
    const double length = std::hypot(2.0 * static_cast<double>(step.dx), static_cast<double>(step.dy),
                                     4.0 * static_cast<double>(step.dz));
    // Rounded once to float32 below 4.
    CHECK(std::fabs(static_cast<double>(step.length_cost) - 0.5 * length) < 0x1p-23);
  }
}

TEST("lengths do not depend on the order of the axes, bit for bit") {
  const auto edges = geoscribe::testing::random_values(300, 9, 0.3f, 6.0f);
  for (std::size_t i = 0; i + 2 < edges.size(); i += 3) {
    const double a = edges[i], b = edges[i + 1], c = edges[i + 2];
    const double length = step_length({a, b, c}, 1, 1, 1);
    CHECK(length == step_length({a, c, b}, 1, 1, -1));
    CHECK(length == step_length({b, c, a}, 1, -1, 1));
    CHECK(length == step_length({c, b, a}, -1, -1, -1));
  }
}
