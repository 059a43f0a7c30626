#pragma once

#include <span>

namespace geoscribe {

struct ChannelStatistics {
  float low;
  float high;
  double mean;
  /** Over all values, not a sample of them. */
  double deviation;
};

/** Of at least one value; sums in float64. One pass. */
ChannelStatistics statisticsOf(std::span<const float> channel);

}  // namespace geoscribe
