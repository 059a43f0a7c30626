#include "core/blur.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace geoscribe {
namespace {

/** Weights of the middle and of the voxels at distance 1, 2, ... on either side. */
std::vector<float> halfKernel(double sigma) {
  const std::int64_t radius = blurRadius(sigma);
  std::vector<double> weights;
  double sum = 0;
  for (std::int64_t k = 0; k <= radius; ++k) {
    weights.push_back(std::exp(-0.5 * static_cast<double>(k * k) / (sigma * sigma)));
    sum += (k == 0 ? 1 : 2) * weights.back();
  }
  std::vector<float> kernel;
  for (const double weight : weights) kernel.push_back(static_cast<float>(weight / sum));
  return kernel;
}

/** Index in [0, size) of one that may lie outside, mirrored about the centres of the border voxels. */
std::int64_t mirrored(std::int64_t index, std::int64_t size) {
  if (size == 1) return 0;
  const std::int64_t period = 2 * (size - 1);
  const std::int64_t wrapped = ((index % period) + period) % period;
  return wrapped < size ? wrapped : period - wrapped;
}

/** to[i] = sum over k of weight k times (before_k[i] + after_k[i]), for rows of `count` values. */
void weigh(const std::vector<float>& kernel, const float* middle, const std::vector<const float*>& before, const std::vector<const float*>& after,
           float* to, std::int64_t count) {
  const float own = kernel[0];
  for (std::int64_t i = 0; i < count; ++i) to[i] = own * middle[i];
  for (std::size_t k = 1; k < kernel.size(); ++k) {
    const float weight = kernel[k];
    const float *low = before[k], *high = after[k];
    for (std::int64_t i = 0; i < count; ++i) to[i] += weight * (low[i] + high[i]);
  }
}

/** The last axis, in place: every line is copied with its mirrored ends. */
void blurLines(float* data, std::int64_t lines, std::int64_t size, const std::vector<float>& kernel) {
  const auto radius = static_cast<std::int64_t>(kernel.size()) - 1;
  std::vector<float> padded(static_cast<std::size_t>(size + 2 * radius));
  const float* middle = padded.data() + radius;
  std::vector<const float*> before(kernel.size()), after(kernel.size());
  for (std::int64_t k = 1; k <= radius; ++k) {
    before[static_cast<std::size_t>(k)] = middle - k;
    after[static_cast<std::size_t>(k)] = middle + k;
  }
  for (std::int64_t line = 0; line < lines; ++line, data += size) {
    std::copy_n(data, size, padded.begin() + radius);
    for (std::int64_t k = 1; k <= radius; ++k) {
      padded[static_cast<std::size_t>(radius - k)] = data[mirrored(-k, size)];
      padded[static_cast<std::size_t>(radius + size - 1 + k)] = data[mirrored(size - 1 + k, size)];
    }
    weigh(kernel, middle, before, after, data, size);
  }
}

/** An axis whose neighbours lie `inner` values apart: whole rows are weighed. */
void blurRows(const float* from, float* to, std::int64_t outer, std::int64_t size, std::int64_t inner, const std::vector<float>& kernel) {
  std::vector<const float*> before(kernel.size()), after(kernel.size());
  for (std::int64_t o = 0; o < outer; ++o, from += size * inner, to += size * inner) {
    for (std::int64_t i = 0; i < size; ++i) {
      for (std::size_t k = 1; k < kernel.size(); ++k) {
        const auto distance = static_cast<std::int64_t>(k);
        before[k] = from + mirrored(i - distance, size) * inner;
        after[k] = from + mirrored(i + distance, size) * inner;
      }
      weigh(kernel, from + i * inner, before, after, to + i * inner, inner);
    }
  }
}

}  // namespace

std::int64_t blurRadius(double sigma) {
  // The odd number 2 r + 1 nearest to 6 sigma + 0.5; halfway the greater one.
  return static_cast<std::int64_t>(std::floor((6 * sigma + 0.5) / 2));
}

void blur(std::span<float> channel, const Index3& shape, const Sigmas& sigmas) {
  const auto [z, y, x] = shape;
  std::vector<float> scratch(channel.size());
  blurLines(channel.data(), z * y, x, halfKernel(sigmas[2]));
  blurRows(channel.data(), scratch.data(), z, y, x, halfKernel(sigmas[1]));
  blurRows(scratch.data(), channel.data(), 1, z, y * x, halfKernel(sigmas[0]));
}

}  // namespace geoscribe
