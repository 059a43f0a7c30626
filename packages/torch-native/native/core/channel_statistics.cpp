#include "core/channel_statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace geoscribe {
namespace {

/** Independent sums, so that they fit the lanes of vector registers; their order never depends on the machine's. */
constexpr std::size_t lanes = 16;

struct Sums {
  std::array<float, lanes> low, high;
  std::array<double, lanes> sum{}, squares{};

  explicit Sums(float first) {
    low.fill(first);
    high.fill(first);
  }
  void add(std::size_t lane, float value, double shift) {
    low[lane] = value < low[lane] ? value : low[lane];
    high[lane] = value > high[lane] ? value : high[lane];
    const double shifted = static_cast<double>(value) - shift;
    sum[lane] += shifted;
    squares[lane] += shifted * shifted;
  }
};

}  // namespace

ChannelStatistics statisticsOf(std::span<const float> channel) {
  // Shifted by one of the values, the squares do not cancel where the mean is far from 0.
  const double shift = channel.front();
  Sums sums(channel.front());
  std::size_t i = 0;
  for (; i + lanes <= channel.size(); i += lanes) {
    for (std::size_t l = 0; l < lanes; ++l) sums.add(l, channel[i + l], shift);
  }
  for (; i < channel.size(); ++i) sums.add(0, channel[i], shift);
  double sum = 0, squares = 0;
  for (std::size_t l = 0; l < lanes; ++l) {
    sum += sums.sum[l];
    squares += sums.squares[l];
  }
  const auto count = static_cast<double>(channel.size());
  const double mean = sum / count;
  return {*std::ranges::min_element(sums.low), *std::ranges::max_element(sums.high), shift + mean,
          std::sqrt(std::max(0.0, squares / count - mean * mean))};
}

}  // namespace geoscribe
