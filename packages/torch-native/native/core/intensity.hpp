#pragma once

#include <optional>
#include <span>

#include "core/counter_random.hpp"
#include "core/geometry.hpp"

namespace geoscribe {

/** Intensity transforms of one channel [Z, Y, X], in place. */

/** v + sigma * n, n standard normal. */
void addNoise(std::span<float> channel, double sigma, CounterRandom& random);

/** Gaussian of `sigma` voxels on every axis, cut at 4 sigma, the border mirrored (half-sample symmetric). */
void blur(std::span<float> channel, const Index3& shape, double sigma);

/** factor * v. */
void changeBrightness(std::span<float> channel, double factor);

/** mean + factor * (v - mean), clipped to the channel's range before. */
void changeContrast(std::span<float> channel, double factor);

/** Nearest samples on a grid of round(zoom * size) voxels, enlarged again by linear interpolation; `keep` is an axis left alone. */
void lowerResolution(std::span<float> channel, const Index3& shape, double zoom, std::optional<int> keep);

/** ((v - min) / range)^exponent * range + min, brought back to mean and standard deviation; `negated`: of -v, and back. */
void changeGamma(std::span<float> channel, double exponent, bool negated);

}  // namespace geoscribe
