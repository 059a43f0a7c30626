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
