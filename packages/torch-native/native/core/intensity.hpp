#pragma once

#include <span>

namespace geoscribe {

/** Changes of one channel's values where they are; NaN and infinity go through them. */

/** factor * v. */
void changeBrightness(std::span<float> channel, double factor);

/** mean + factor * (v - mean), clipped to the channel's range before. */
void changeContrast(std::span<float> channel, double factor);

/** ((v - min) / range)^exponent * range + min, brought back to mean and standard deviation; `negated`: of -v, and back. */
void changeGamma(std::span<float> channel, double exponent, bool negated);

}  // namespace geoscribe
