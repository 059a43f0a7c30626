#include "core/augmentation.hpp"
#include "core/resample_patch.hpp"
#include "tests/check.hpp"
#include "tests/phantom.hpp"

#include <cmath>
#include <limits>

namespace geoscribe::testing {
namespace {

constexpr Matrix3 identity{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

const Register crop("a crop holds the voxels bit for bit, and zeros with confidence 0 outside", [] {
  const Phantom phantom({5, 6, 7}, 2);
  const Index3 start{-1, 2, 4}, shape{4, 6, 5};
  const Patch patch = cropPatch(phantom.view(), start, shape);
  std::size_t i = 0;
  for (std::int64_t z = 0; z < shape[0]; ++z) {
    for (std::int64_t y = 0; y < shape[1]; ++y) {
      for (std::int64_t x = 0; x < shape[2]; ++x, ++i) {
        const std::int64_t sz = z + start[0], sy = y + start[1], sx = x + start[2];
        const bool inside = sz >= 0 && sy >= 0 && sx >= 0 && sz < 5 && sy < 6 && sx < 7;
        for (std::int64_t c = 0; c < 2; ++c) {
          const float expected = inside ? phantom.image[static_cast<std::size_t>(c * 210) + phantom.index(sz, sy, sx)] : 0;
          expect(patch.image[static_cast<std::size_t>(c * 120) + i] == expected, "image");
        }
        expect(patch.label[i] == (inside ? phantom.label[phantom.index(sz, sy, sx)] : 0), "label");
        expect(patch.confidence[i] == (inside ? phantom.confidence[phantom.index(sz, sy, sx)] : 0), "confidence");
      }
    }
  }
});

const Register noConfidence("without a confidence map it is 1 inside and 0 outside", [] {
  const Phantom phantom({3, 3, 3}, 1);
  CaseView view = phantom.view();
  view.confidence = nullptr;
  for (const Patch& patch : {cropPatch(view, {2, 0, 0}, {2, 3, 3}), resamplePatch(view, {2, 0, 0}, {2, 3, 3}, identity)}) {
    for (std::size_t i = 0; i < 18; ++i) expect(patch.confidence[i] == (i < 9 ? 1 : 0), "confidence");
  }
});

const Register identityMap("resampling by the identity is the crop", [] {
  const Phantom phantom({5, 6, 7}, 2);
  const Patch a = cropPatch(phantom.view(), {-1, 2, 3}, {4, 5, 6}), b = resamplePatch(phantom.view(), {-1, 2, 3}, {4, 5, 6}, identity);
  expect(a.image == b.image && a.label == b.label && a.confidence == b.confidence, "equal bits");
});

const Register quarterTurn("a quarter turn permutes voxels", [] {
  const Phantom phantom({4, 4, 4}, 1);
  // Offset (z, y, x) is read at (z, -x, y).
  const Patch patch = resamplePatch(phantom.view(), {0, 0, 0}, {4, 4, 4}, {{{1, 0, 0}, {0, 0, -1}, {0, 1, 0}}});
  for (std::int64_t z = 0; z < 4; ++z) {
    for (std::int64_t y = 0; y < 4; ++y) {
      for (std::int64_t x = 0; x < 4; ++x) {
        const std::size_t to = phantom.index(z, y, x), from = phantom.index(z, 3 - x, y);
        expect(patch.image[to] == phantom.image[from] && patch.label[to] == phantom.label[from], "voxel");
        expect(patch.confidence[to] == phantom.confidence[from], "confidence");
      }
    }
  }
});

const Register trilinear("half-voxel steps take the mean of neighbours, label and confidence the nearest voxel", [] {
  const Phantom phantom({1, 1, 8}, 1);
  // Scale 0.5 about the centre of a patch of 4: positions 2.75, 3.25, 3.75, 4.25.
  const Patch patch = resamplePatch(phantom.view(), {0, 0, 2}, {1, 1, 4}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 0.5}}});
  const double expected[] = {0.25 * phantom.image[2] + 0.75 * phantom.image[3], 0.75 * phantom.image[3] + 0.25 * phantom.image[4],
                             0.25 * phantom.image[3] + 0.75 * phantom.image[4], 0.75 * phantom.image[4] + 0.25 * phantom.image[5]};
  const std::size_t nearest[] = {3, 3, 4, 4};
  for (std::size_t i = 0; i < 4; ++i) {
    expectNear(patch.image[i], expected[i], 1e-7, "image");  // one rounding to float32 of values near 1
    expect(patch.label[i] == phantom.label[nearest[i]] && patch.confidence[i] == phantom.confidence[nearest[i]], "nearest");
  }
});

const Register nan("a NaN beside the position does not leak in", [] {
  Phantom phantom({1, 1, 3}, 1);
  phantom.image[1] = std::numeric_limits<float>::quiet_NaN();
  const Patch patch = resamplePatch(phantom.view(), {0, 0, 0}, {1, 1, 3}, identity);
  expect(patch.image[0] == phantom.image[0] && patch.image[2] == phantom.image[2], "neighbours");
});

/** The definition, voxel by voxel in float64. */
double trilinearAt(const Phantom& phantom, std::size_t channel, const std::array<double, 3>& p) {
  double sum = 0;
  for (int corner = 0; corner < 8; ++corner) {
    double weight = 1;
    Index3 at{};
    for (int axis = 0; axis < 3; ++axis) {
      const double floor = std::floor(p[axis]), fraction = p[axis] - floor;
      const int upper = corner >> axis & 1;
      at[axis] = static_cast<std::int64_t>(floor) + upper;
      weight *= upper ? fraction : 1 - fraction;
    }
    bool inside = true;
    for (int axis = 0; axis < 3; ++axis) inside = inside && at[axis] >= 0 && at[axis] < phantom.shape[axis];
    if (inside) sum += weight * phantom.image[channel * static_cast<std::size_t>(voxelCount(phantom.shape)) + phantom.index(at[0], at[1], at[2])];
  }
  return sum;
}

const Register anyMap("resampling follows its definition inside, at the border and outside", [] {
  const Phantom phantom({9, 11, 13}, 2);
  const Index3 start{-2, 1, 3}, shape{7, 8, 10};
  const Matrix3 maps[] = {spatialMap({0.3, -0.5, 0.2}, 1.4, std::nullopt), spatialMap({2.5, 0, 0}, 0.8, 0), {{{0, 0, 1}, {0, 3, 0}, {-1, 0, 0}}}};
  for (const Matrix3& map : maps) {
    const Patch patch = resamplePatch(phantom.view(), start, shape, map);
    for (std::int64_t i = 0; i < voxelCount(shape); ++i) {
      const double offset[] = {static_cast<double>(i / 80) - 3, static_cast<double>(i / 10 % 8) - 3.5, static_cast<double>(i % 10) - 4.5};
      std::array<double, 3> p{};
      Index3 nearest{};
      bool inside = true, tie = false;
      for (int axis = 0; axis < 3; ++axis) {
        p[axis] = static_cast<double>(start[axis]) + 0.5 * static_cast<double>(shape[axis] - 1) + map[axis][0] * offset[0] + map[axis][1] * offset[1] + map[axis][2] * offset[2];
        nearest[axis] = static_cast<std::int64_t>(std::floor(p[axis] + 0.5));
        tie = tie || std::abs(p[axis] + 0.5 - std::round(p[axis] + 0.5)) < 1e-6;
        inside = inside && nearest[axis] >= 0 && nearest[axis] < phantom.shape[axis];
      }
      const auto to = static_cast<std::size_t>(i);
      for (std::size_t c = 0; c < 2; ++c) {
        // Fractions and values near 1 in float32, three roundings deep; the second channel's values reach 2.3.
        expectNear(patch.image[c * 560 + to], trilinearAt(phantom, c, p), 1e-6, "image");
      }
      if (tie) continue;
      const std::size_t from = inside ? phantom.index(nearest[0], nearest[1], nearest[2]) : 0;
      expect(patch.label[to] == (inside ? phantom.label[from] : 0), "label");
      expect(patch.confidence[to] == (inside ? phantom.confidence[from] : 0), "confidence");
    }
  }
});

const Register mirror("mirroring reverses an axis of all three, twice is nothing", [] {
  const Phantom phantom({3, 4, 5}, 2);
  const Patch original = cropPatch(phantom.view(), {0, 0, 0}, phantom.shape);
  for (int axis = 0; axis < 3; ++axis) {
    Patch patch = original;
    std::array<bool, 3> axes{};
    axes[axis] = true;
    mirrorPatch(patch, axes);
    for (std::int64_t z = 0; z < 3; ++z) {
      for (std::int64_t y = 0; y < 4; ++y) {
        for (std::int64_t x = 0; x < 5; ++x) {
          const std::size_t to = phantom.index(z, y, x), from = phantom.index(axis == 0 ? 2 - z : z, axis == 1 ? 3 - y : y, axis == 2 ? 4 - x : x);
          expect(patch.image[to] == original.image[from] && patch.image[60 + to] == original.image[60 + from], "image");
          expect(patch.label[to] == original.label[from] && patch.confidence[to] == original.confidence[from], "label and confidence");
        }
      }
    }
    mirrorPatch(patch, axes);
    expect(patch.image == original.image && patch.label == original.label && patch.confidence == original.confidence, "twice");
  }
});

double determinant(const Matrix3& m) {
  return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
         m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

const Register spatialMaps("rotation and scaling have their probabilities and ranges", [] {
  const AugmentationSpec spec{true, std::nullopt, {}};
  int drawn = 0;
  constexpr int count = 20000;
  for (std::uint32_t seed = 0; seed < count; ++seed) {
    const auto map = drawSpatialMap(spec, seed);
    if (!map) continue;
    ++drawn;
    const double scale = std::cbrt(determinant(*map));
    expect(scale >= 0.7 - 1e-9 && scale <= 1.4 + 1e-9, "scale");
    // Columns of a rotation times a scale are orthogonal and of length scale.
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) {
        double dot = 0;
        for (int k = 0; k < 3; ++k) dot += (*map)[k][i] * (*map)[k][j];
        expectNear(dot, i == j ? scale * scale : 0, 1e-12, "orthogonal");  // float64 rounding of values near 1
      }
    }
  }
  // 1 - 0.8^2 = 0.36, six standard errors.
  expectNear(drawn / static_cast<double>(count), 0.36, 6 * std::sqrt(0.36 * 0.64 / count), "share");
});

const Register scales("scaling is uniform in [0.7, 1.4]", [] {
  double sum = 0, squares = 0;
  int drawn = 0;
  for (std::uint32_t seed = 0; seed < 40000; ++seed) {
    const auto map = drawSpatialMap({true, std::nullopt, {}}, seed);
    const double scale = map ? std::cbrt(determinant(*map)) : 1;
    if (std::abs(scale - 1) < 1e-9) continue;
    ++drawn;
    sum += scale;
    squares += scale * scale;
  }
  expectNear(drawn / 40000.0, 0.2, 6 * std::sqrt(0.16 / 40000), "share, six standard errors");
  // Six standard errors of about 8000 numbers of deviation 0.7 / sqrt(12).
  expectNear(sum / drawn, 1.05, 6 * 0.2021 / std::sqrt(drawn), "mean");
  expectNear(std::sqrt(squares / drawn - sum / drawn * sum / drawn), 0.2021, 0.01, "deviation");
});

const Register intensities("the intensities of a sample change as often as the method says, blur and low resolution on half of the channels", [] {
  const AugmentationSpec spec{true, std::nullopt, {}};
  const Phantom phantom({4, 4, 4}, 2);
  const Patch original = cropPatch(phantom.view(), {0, 0, 0}, phantom.shape);
  constexpr int count = 8000;
  int first = 0, both = 0;
  for (std::uint32_t seed = 0; seed < count; ++seed) {
    Patch patch = original;
    changeIntensities(patch, spec, seed);
    const bool firstSame = std::equal(patch.image.begin(), patch.image.begin() + 64, original.image.begin());
    first += firstSame;
    both += firstSame && patch.image == original.image;
  }
  // Of four voxels low resolution leaves four where the zoom is above 0.875: it spares a channel with probability 0.625.
  const double all = 0.9 * 0.85 * 0.85 * 0.9 * 0.7, one = all * (1 - 0.2 * 0.5) * (1 - 0.25 * 0.375);
  const double two = all * (1 - 0.2 * 0.75) * (1 - 0.25 * (1 - 0.625 * 0.625));
  expectNear(first / static_cast<double>(count), one, 6 * std::sqrt(one * (1 - one) / count), "first channel, six standard errors");
  expectNear(both / static_cast<double>(count), two, 6 * std::sqrt(two * (1 - two) / count), "both channels");
});

const Register masked("a masked channel is 0 outside the mask after all changes, the others are not", [] {
  Phantom phantom({10, 11, 12}, 2);
  std::vector<std::uint8_t> mask;
  for (std::size_t i = 0; i < phantom.label.size(); ++i) {
    mask.push_back(i % 12 < 6);
    // Labels tell in the patch which voxels were valid, wherever the map takes them.
    phantom.label[i] = mask.back() ? 1 : 2;
  }
  CaseView view = phantom.view();
  view.mask = mask.data();
  int changed = 0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const PatchRequest request{0, {5, 4, 6}, seed};
    const Index3 shape{8, 8, 8};
    const Patch patch = samplePatch(view, request, shape, {true, std::nullopt, {true, true, true}, {false, true}});
    const Patch plain = samplePatch(view, request, shape, {true, std::nullopt, {true, true, true}});
    for (std::size_t i = 0; i < 512; ++i) {
      expect(patch.image[i] == plain.image[i], "the channel without");
      expect(patch.image[512 + i] == (plain.label[i] == 1 ? plain.image[512 + i] : 0), "the channel with a mask");
      changed += plain.label[i] != 1 && plain.image[512 + i] != 0;
    }
  }
  expect(changed > 1000, "there is something to set to 0");
});

const Register inPlane("an anisotropic patch is turned and scaled in plane only, by any angle", [] {
  const AugmentationSpec spec{true, 0, {}};
  bool turnedFar = false;
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    const auto map = drawSpatialMap(spec, seed);
    if (!map) continue;
    expect((*map)[0] == std::array<double, 3>{1, 0, 0} && (*map)[1][0] == 0 && (*map)[2][0] == 0, "the coarse axis stays");
    turnedFar = turnedFar || (*map)[1][1] < 0;
  }
  expect(turnedFar, "more than 90 degrees occur");
});

}  // namespace
}  // namespace geoscribe::testing
