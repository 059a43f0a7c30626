#include "core/intensity.hpp"

#include <algorithm>

#include "core/channel_statistics.hpp"
#include "core/vector_math.hpp"

namespace geoscribe {
namespace {

/** Keeps a constant channel from being divided by 0 (batchgeneratorsv2 has the same bound). */
constexpr double tiny = 1e-7;
constexpr float leastShare = 1e-24F;

void scaleAndShift(std::span<float> channel, double factor, double shift) {
  const auto a = static_cast<float>(factor), b = static_cast<float>(shift);
  for (float& value : channel) value = a * value + b;
}

}  // namespace

void changeBrightness(std::span<float> channel, double factor) { scaleAndShift(channel, factor, 0); }

void changeContrast(std::span<float> channel, double factor) {
  const ChannelStatistics before = statisticsOf(channel);
  const auto a = static_cast<float>(factor), mean = static_cast<float>(before.mean);
  for (float& value : channel) {
    const float spread = mean + a * (value - mean);
    const float raised = spread < before.low ? before.low : spread;
    value = raised > before.high ? before.high : raised;
  }
}

void changeGamma(std::span<float> channel, double exponent, bool negated) {
  const ChannelStatistics before = statisticsOf(channel);
  const double range = static_cast<double>(before.high) - before.low;
  // Of -v the least value is -high: its distance from -v is high - v.
  const float sign = negated ? -1.0F : 1.0F, least = negated ? -before.high : before.low;
  const auto scale = static_cast<float>(1 / std::max(range, tiny)), power = static_cast<float>(exponent);
  for (float& value : channel) {
    const float share = (sign * value - least) * scale;
    // The least share stands for 0: its power is below 1e-16, and no power up to 1.5 leaves the range of vectorExp.
    value = vectorExp(power * vectorLog(share > leastShare ? share : leastShare));
  }
  // Mean and deviation come back whatever factor and shift lie between, so that range and min need not be put in.
  const ChannelStatistics after = statisticsOf(channel);
  const double factor = sign * before.deviation / std::max(after.deviation, tiny / std::max(range, tiny));
  scaleAndShift(channel, factor, before.mean - factor * after.mean);
}

}  // namespace geoscribe
