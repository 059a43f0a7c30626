#include "core/intensity.hpp"

#include <algorithm>
#include <vector>

#include "tests/check.hpp"
#include "tests/phantom.hpp"

namespace geoscribe::testing {
namespace {

// Values are near 1 and every transform rounds to float32 a few times: a few units of 6e-8.
constexpr double rounding = 5e-7;
constexpr Index3 shape{4, 5, 6};

std::vector<float> values() { return Phantom(shape, 1).image; }

double meanOf(const std::vector<float>& channel) {
  double sum = 0;
  for (const float value : channel) sum += value;
  return sum / static_cast<double>(channel.size());
}

double deviationOf(const std::vector<float>& channel) {
  double sum = 0;
  for (const float value : channel) sum += (value - meanOf(channel)) * (value - meanOf(channel));
  return std::sqrt(sum / static_cast<double>(channel.size()));
}

const Register brightness("brightness multiplies", [] {
  std::vector<float> channel = values();
  changeBrightness(channel, 0.8);
  for (std::size_t i = 0; i < channel.size(); ++i) expectNear(channel[i], 0.8 * values()[i], rounding, "value");
});

const Register contrast("contrast spreads about the mean and stays in the range", [] {
  const std::vector<float> before = values();
  const auto [low, high] = std::ranges::minmax(before);
  bool clipped = false;
  for (const double factor : {0.75, 1.25}) {
    std::vector<float> channel = before;
    changeContrast(channel, factor);
    for (std::size_t i = 0; i < channel.size(); ++i) {
      const double plain = meanOf(before) + factor * (before[i] - meanOf(before));
      clipped = clipped || plain > high;
      expectNear(channel[i], std::clamp(plain, static_cast<double>(low), static_cast<double>(high)), rounding, "value");
    }
  }
  expect(clipped, "the test reaches the range's end");
});

const Register noise("noise has the deviation asked for", [] {
  std::vector<float> channel(20000, 3.0F);
  CounterRandom random(5, 0);
  addNoise(channel, 0.1, random);
  expectNear(meanOf(channel), 3, 6 * 0.1 / std::sqrt(20000), "mean, six standard errors");
  expectNear(deviationOf(channel), 0.1, 6 * 0.1 / std::sqrt(40000), "deviation, six standard errors");
});

const Register blurImpulse("blur of an impulse is the product of three Gaussians", [] {
  const Index3 cube{17, 17, 17};
  std::vector<float> channel(17 * 17 * 17, 0.0F);
  channel[(8 * 17 + 8) * 17 + 8] = 1;
  const double sigma = 0.9;
  blur(channel, cube, sigma);
  double norm = 0;
  for (int k = -4; k <= 4; ++k) norm += std::exp(-0.5 * k * k / (sigma * sigma));
  for (int z = 0; z < 17; ++z) {
    for (int y = 0; y < 17; ++y) {
      for (int x = 0; x < 17; ++x) {
        const bool near = std::max({std::abs(z - 8), std::abs(y - 8), std::abs(x - 8)}) <= 4;
        const double square = (z - 8) * (z - 8) + (y - 8) * (y - 8) + (x - 8) * (x - 8);
        const double expected = near ? std::exp(-0.5 * square / (sigma * sigma)) / (norm * norm * norm) : 0;
        expectNear(channel[static_cast<std::size_t>((z * 17 + y) * 17 + x)], expected, rounding, "value");
      }
    }
  }
});

const Register blurBorder("blur keeps a constant, and the mean up to the mirrored border", [] {
  std::vector<float> constant(120, 2.5F);
  blur(constant, shape, 1);
  for (const float value : constant) expectNear(value, 2.5, rounding * 5, "constant");
  // Mirroring gives every voxel the total weight 1, so that the mean is kept too.
  std::vector<float> channel = values();
  blur(channel, shape, 0.7);
  expectNear(meanOf(channel), meanOf(values()), rounding, "mean");
});

const Register resolution("low resolution takes nearest samples and joins them by straight lines", [] {
  std::vector<float> line{0, 1, 2, 3, 4, 5, 6, 7};
  lowerResolution(line, {1, 1, 8}, 0.5, std::nullopt);
  // Samples of 4: positions 1, 3, 5, 7 (the voxel at (i + 0.5) * 2); enlarged at (i + 0.5) / 2 - 0.5.
  const double expected[] = {1, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7};
  for (std::size_t i = 0; i < 8; ++i) expectNear(line[i], expected[i], rounding * 10, "value");
});

const Register keepAxis("low resolution leaves the coarse axis and, at zoom 1, everything alone", [] {
  std::vector<float> same = values();
  lowerResolution(same, shape, 1, std::nullopt);
  expect(same == values(), "zoom 1");
  std::vector<float> columns(120);
  for (std::size_t i = 0; i < 120; ++i) columns[i] = static_cast<float>(i / 30);
  const std::vector<float> before = columns;
  lowerResolution(columns, shape, 0.5, 0);
  expect(columns == before, "values that vary along the kept axis only");
});

const Register gamma("gamma follows its formula, keeps mean and deviation, and is odd under negation", [] {
  const std::vector<float> before = values();
  for (const double exponent : {0.7, 1.5}) {
    std::vector<float> channel = before;
    changeGamma(channel, exponent, false);
    const auto [low, high] = std::ranges::minmax(before);
    std::vector<float> plain;
    for (const float value : before) plain.push_back(static_cast<float>(std::pow((value - low) / (static_cast<double>(high) - low + 1e-7), exponent)));
    for (std::size_t i = 0; i < channel.size(); ++i) {
      const double expected = (plain[i] - meanOf(plain)) / deviationOf(plain) * deviationOf(before) + meanOf(before);
      expectNear(channel[i], expected, 3e-6, "value");  // two formulas, each rounded in float32 and divided by a deviation near 0.2
    }
    expectNear(meanOf(channel), meanOf(before), rounding, "mean");
    expectNear(deviationOf(channel), deviationOf(before), rounding, "deviation");

    std::vector<float> negated, viaSwitch = before;
    for (const float value : before) negated.push_back(-value);
    changeGamma(negated, exponent, false);
    changeGamma(viaSwitch, exponent, true);
    for (std::size_t i = 0; i < negated.size(); ++i) expectNear(viaSwitch[i], -negated[i], rounding, "negated");
  }
});

const Register flat("transforms of a constant channel stay finite and constant", [] {
  std::vector<float> channel(120, 2.0F);
  changeGamma(channel, 1.5, true);
  changeContrast(channel, 1.2);
  for (const float value : channel) expectNear(value, 2, rounding * 4, "value");
});

}  // namespace
}  // namespace geoscribe::testing
