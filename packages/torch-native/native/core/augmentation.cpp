#include "core/augmentation.hpp"

#include <cmath>
#include <numbers>
#include <span>

#include "core/blur.hpp"
#include "core/counter_random.hpp"
#include "core/intensity.hpp"
#include "core/low_resolution.hpp"
#include "core/noise.hpp"

namespace geoscribe {
namespace {

/** One stream of the seed per transform: what one draws does not move the others. */
enum Stream : std::uint32_t { Rotation, Scaling, Noise, Blur, Brightness, Contrast, Resolution, NegatedGamma, Gamma, Mirroring };

constexpr double degree = std::numbers::pi / 180;

/** Blur and low resolution, once drawn for a sample, take half of its channels (nnU-Net's trainer). */
constexpr double channelShare = 0.5;

Matrix3 product(const Matrix3& a, const Matrix3& b) {
  Matrix3 result{};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      for (int k = 0; k < 3; ++k) result[i][j] += a[i][k] * b[k][j];
    }
  }
  return result;
}

Matrix3 rotation(int axis, double angle) {
  const int i = (axis + 1) % 3, j = (axis + 2) % 3;
  Matrix3 result{};
  result[axis][axis] = 1;
  result[i][i] = result[j][j] = std::cos(angle);
  result[i][j] = -std::sin(angle);
  result[j][i] = std::sin(angle);
  return result;
}

/** Below or above 1 with equal probability, uniform on each side. */
double drawFactor(CounterRandom& random, double low, double high) {
  return random.chance(0.5) ? random.uniform(low, 1) : random.uniform(1, high);
}

using Channel = std::span<float>;

/** With the given probability calls change(channel, random) on every channel; each draws its own parameters. */
template <typename Change>
void maybe(double probability, std::uint32_t seed, Stream stream, Patch& patch, Change change) {
  CounterRandom random(seed, stream);
  if (!random.chance(probability)) return;
  const auto voxels = static_cast<std::size_t>(voxelCount(patch.shape));
  for (std::size_t c = 0; c < static_cast<std::size_t>(patch.channels); ++c) change(Channel(patch.image).subspan(c * voxels, voxels), random);
}

/** The same on about half of the channels. */
template <typename Change>
void maybeOnHalf(double probability, std::uint32_t seed, Stream stream, Patch& patch, Change change) {
  maybe(probability, seed, stream, patch, [&](Channel channel, CounterRandom& random) {
    if (random.chance(channelShare)) change(channel, random);
  });
}

void maybeAddNoise(Patch& patch, std::uint32_t seed) {
  std::optional<double> sigma;
  std::uint32_t number = 0;
  maybe(0.1, seed, Noise, patch, [&](Channel channel, CounterRandom& random) {
    // One deviation for all channels, other numbers for each.
    if (!sigma) sigma = random.uniform(0, 0.1);
    addNoise(channel, static_cast<float>(*sigma), {seed, Noise, number++});
  });
}

}  // namespace

Matrix3 spatialMap(const std::array<double, 3>& angles, double scale, std::optional<int> inPlaneAxis) {
  Matrix3 map{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  for (int axis = 0; axis < 3; ++axis) {
    if (!inPlaneAxis || *inPlaneAxis == axis) map = product(rotation(axis, angles[axis]), map);
  }
  for (int axis = 0; axis < 3; ++axis) {
    if (inPlaneAxis == axis) continue;
    for (int row = 0; row < 3; ++row) map[row][axis] *= scale;
  }
  return map;
}

std::optional<Matrix3> drawSpatialMap(const AugmentationSpec& spec, std::uint32_t seed) {
  CounterRandom rotationRandom(seed, Rotation), scalingRandom(seed, Scaling);
  const bool rotates = rotationRandom.chance(0.2), scales = scalingRandom.chance(0.2);
  if (!rotates && !scales) return std::nullopt;
  const double limit = (spec.inPlaneAxis ? 180 : 30) * degree;
  std::array<double, 3> angles{};
  for (double& angle : angles) angle = rotates ? rotationRandom.uniform(-limit, limit) : 0;
  return spatialMap(angles, scales ? scalingRandom.uniform(0.7, 1.4) : 1, spec.inPlaneAxis);
}

void changeIntensities(Patch& patch, const AugmentationSpec& spec, std::uint32_t seed) {
  maybeAddNoise(patch, seed);
  maybeOnHalf(0.2, seed, Blur, patch, [&](Channel channel, CounterRandom& random) {
    Sigmas sigmas{};
    for (double& sigma : sigmas) sigma = random.uniform(0.5, 1);
    blur(channel, patch.shape, sigmas);
  });
  maybe(0.15, seed, Brightness, patch, [](Channel channel, CounterRandom& random) { changeBrightness(channel, random.uniform(0.75, 1.25)); });
  maybe(0.15, seed, Contrast, patch, [](Channel channel, CounterRandom& random) { changeContrast(channel, random.uniform(0.75, 1.25)); });
  maybeOnHalf(0.25, seed, Resolution, patch, [&](Channel channel, CounterRandom& random) {
    lowerResolution(channel, patch.shape, coarseShape(patch.shape, random.uniform(0.5, 1), spec.inPlaneAxis));
  });
  maybe(0.1, seed, NegatedGamma, patch, [](Channel channel, CounterRandom& random) { changeGamma(channel, drawFactor(random, 0.7, 1.5), true); });
  maybe(0.3, seed, Gamma, patch, [](Channel channel, CounterRandom& random) { changeGamma(channel, drawFactor(random, 0.7, 1.5), false); });
}

Patch samplePatch(const CaseView& source, const PatchRequest& request, const Index3& shape, const AugmentationSpec& spec) {
  Index3 start{};
  for (int axis = 0; axis < 3; ++axis) start[axis] = request.center[axis] - shape[axis] / 2;
  const std::optional<Matrix3> map = spec.enabled ? drawSpatialMap(spec, request.seed) : std::nullopt;
  Patch patch = map ? resamplePatch(source, start, shape, *map) : cropPatch(source, start, shape);
  if (!spec.enabled) return patch;
  changeIntensities(patch, spec, request.seed);
  zeroInvalid(patch, spec.maskedChannels);
  CounterRandom random(request.seed, Mirroring);
  std::array<bool, 3> mirrored{};
  for (int axis = 0; axis < 3; ++axis) mirrored[axis] = random.chance(0.5) && spec.mirror[axis];
  mirrorPatch(patch, mirrored);
  return patch;
}

}  // namespace geoscribe
