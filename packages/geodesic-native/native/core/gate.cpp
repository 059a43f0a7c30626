#include "core/gate.hpp"

#include <algorithm>
#include <cmath>

#include "core/order_statistics.hpp"

namespace geoscribe {

namespace {

constexpr double inset = 0.05;

struct Rank {
  int64_t below;
  double fraction;
};

Rank rank_of(double quantile, int64_t count) {
  const double at = quantile * static_cast<double>(count - 1);
  const double below = std::floor(at);
  return {static_cast<int64_t>(below), at - below};
}

double interpolated(double low, double high, double fraction) { return low + (high - low) * fraction; }

}  // namespace

Gate gate_of(GateRule rule, const Channel& channel, int64_t size, const Workers& workers) {
  if (rule == GateRule::none) return {};
  const OrderStatistics statistics(channel, size, workers);
  const int64_t count = statistics.count();
  if (count == 0) return {};
  const double tail = rule == GateRule::robust ? 0.005 : 0.0;
  const Rank low = rank_of(tail, count);
  const Rank high = rank_of(1.0 - tail, count);
  const auto next = [&](int64_t rank) { return std::min(rank + 1, count - 1); };
  const auto values = statistics.values({low.below, next(low.below), high.below, next(high.below)}, workers);
  const double bottom = interpolated(values[0], values[1], low.fraction);
  const double top = interpolated(values[2], values[3], high.fraction);
  return {bottom + inset * (top - bottom), top - inset * (top - bottom)};
}

}  // namespace geoscribe
