#include <algorithm>
#include <span>

#include "core/augmentation.hpp"
#include "core/blur.hpp"
#include "core/intensity.hpp"
#include "core/low_resolution.hpp"
#include "tests/check.hpp"
#include "tests/fixtures/batchgeneratorsv2.hpp"
#include "tests/phantom.hpp"

namespace geoscribe::testing {
namespace {

constexpr Index3 shape{5, 6, 7};
// Both sides round to float32 at every operation on values near 1, in different orders.
constexpr double rounding = 2e-6;
// grid_sample takes its positions in float32 as shares of the volume: 1e-6 of a voxel and slopes of up to 1 a voxel.
constexpr double positions = 5e-6;

template <typename Change>
void expectRecorded(std::span<const float> expected, double tolerance, Change change) {
  std::vector<float> channel = Phantom(shape, 1).image;
  change(std::span<float>(channel));
  for (std::size_t i = 0; i < channel.size(); ++i) expectNear(channel[i], expected[i], tolerance, "value " + std::to_string(i));
}

const Register recordedBlur("blur is batchgeneratorsv2's", [] {
  expectRecorded(recorded::blurred, rounding, [](std::span<float> channel) { blur(channel, shape, {0.55, 0.7, 0.95}); });
  expectRecorded(recorded::blurredLeast, rounding, [](std::span<float> channel) { blur(channel, shape, {0.5, 0.5, 0.5}); });
});

const Register recordedContrast("contrast and brightness are batchgeneratorsv2's", [] {
  expectRecorded(recorded::contrastedLess, rounding, [](std::span<float> channel) { changeContrast(channel, 0.8); });
  expectRecorded(recorded::contrastedMore, rounding, [](std::span<float> channel) { changeContrast(channel, 1.2); });
  expectRecorded(recorded::brightened, rounding, [](std::span<float> channel) { changeBrightness(channel, 0.9); });
});

const Register recordedGamma("gamma is batchgeneratorsv2's, also on the negated image", [] {
  expectRecorded(recorded::gamma, rounding, [](std::span<float> channel) { changeGamma(channel, 1.4, false); });
  expectRecorded(recorded::gammaNegated, rounding, [](std::span<float> channel) { changeGamma(channel, 0.75, true); });
});

const Register recordedResolution("low resolution is batchgeneratorsv2's, also in plane", [] {
  expectRecorded(recorded::lowResolution, rounding,
                 [](std::span<float> channel) { lowerResolution(channel, shape, coarseShape(shape, 0.6, std::nullopt)); });
  expectRecorded(recorded::lowResolutionInPlane, rounding,
                 [](std::span<float> channel) { lowerResolution(channel, shape, coarseShape(shape, 0.7, 0)); });
});

const Register recordedSpatial("rotation and scaling are batchgeneratorsv2's, in space and in plane", [] {
  const Phantom phantom(shape, 1);
  const auto expectMap = [&](std::span<const float> expected, const Matrix3& map) {
    const Patch patch = resamplePatch(phantom.view(), {0, 0, 0}, shape, map);
    for (std::size_t i = 0; i < expected.size(); ++i) expectNear(patch.image[i], expected[i], positions, "value " + std::to_string(i));
  };
  expectMap(recorded::rotated, spatialMap({0.3, -0.2, 0.4}, 1, std::nullopt));
  expectMap(recorded::rotatedAndScaled, spatialMap({-0.5, 0.1, 0.25}, 0.8, std::nullopt));
  expectMap(recorded::rotatedInPlane, spatialMap({2.1, 9, 9}, 1.3, 0));
});

const Register recordedMirror("mirroring is batchgeneratorsv2's", [] {
  const Phantom phantom(shape, 1);
  Patch patch = cropPatch(phantom.view(), {0, 0, 0}, shape);
  mirrorPatch(patch, {true, false, true});
  for (std::size_t i = 0; i < patch.image.size(); ++i) expectNear(patch.image[i], recorded::mirrored[i], 1e-7, "value, eight recorded digits");
});

}  // namespace
}  // namespace geoscribe::testing
