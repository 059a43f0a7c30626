#include "core/blur.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/check.hpp"
#include "tests/phantom.hpp"

namespace geoscribe::testing {
namespace {

// Values are near 1 and weighed by seven weights an axis in float32: a few units of 6e-8.
constexpr double rounding = 5e-7;

const Register blurImpulse("blur of an impulse is the product of three Gaussians, one deviation an axis", [] {
  const Index3 cube{17, 17, 17};
  std::vector<float> channel(17 * 17 * 17, 0.0F);
  channel[(8 * 17 + 8) * 17 + 8] = 1;
  const Sigmas sigmas{0.5, 0.7, 1};
  blur(channel, cube, sigmas);
  const int radii[] = {1, 2, 3};
  double norms[] = {0, 0, 0};
  const auto gaussian = [&](int axis, int distance) { return std::exp(-0.5 * distance * distance / (sigmas[axis] * sigmas[axis])); };
  for (int axis = 0; axis < 3; ++axis) {
    expect(blurRadius(sigmas[axis]) == radii[axis], "radius");
    for (int k = -radii[axis]; k <= radii[axis]; ++k) norms[axis] += gaussian(axis, k);
  }
  for (int i = 0; i < 17 * 17 * 17; ++i) {
    const int distances[] = {i / 289 - 8, i / 17 % 17 - 8, i % 17 - 8};
    double expected = 1;
    for (int axis = 0; axis < 3; ++axis) expected *= std::abs(distances[axis]) <= radii[axis] ? gaussian(axis, distances[axis]) / norms[axis] : 0;
    expectNear(channel[static_cast<std::size_t>(i)], expected, rounding, "value");
  }
});

const Register blurConstant("blur keeps a constant, also where an axis is shorter than its kernel", [] {
  for (const Index3& shape : {Index3{4, 5, 6}, Index3{1, 2, 3}}) {
    std::vector<float> constant(static_cast<std::size_t>(voxelCount(shape)), 2.5F);
    blur(constant, shape, {1, 1, 1});
    for (const float value : constant) expectNear(value, 2.5, rounding * 5, "constant");
  }
});

const Register blurBorder("blur mirrors the border about the centres of its voxels", [] {
  std::vector<float> line{5, 1, 2, 3, 4, 8};
  blur(line, {1, 1, 6}, {0.5, 0.5, 0.5});
  const double side = std::exp(-2), norm = 1 + 2 * side;
  expectNear(line[0], (5 + side * (1 + 1)) / norm, rounding * 5, "first");
  expectNear(line[2], (2 + side * (1 + 3)) / norm, rounding * 5, "inside");
  expectNear(line[5], (8 + side * (4 + 4)) / norm, rounding * 5, "last");
});

}  // namespace
}  // namespace geoscribe::testing
