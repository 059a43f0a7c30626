#include "core/noise.hpp"

#include <cmath>
#include <vector>

#include "core/counter_random.hpp"
#include "tests/check.hpp"

namespace geoscribe::testing {
namespace {

std::vector<float> noiseOf(std::size_t count, const NoiseStream& stream, float sigma = 1) {
  std::vector<float> channel(count, 0.0F);
  addNoise(channel, sigma, stream);
  return channel;
}

const Register noiseFormula("noise is Box and Muller's transform of Philox's blocks", [] {
  const std::vector<float> noise = noiseOf(128, {5, 2, 1});
  for (std::uint32_t block = 0; block < 32; ++block) {
    const auto words = CounterRandom::philox({block, 1, 1, 0}, {5, 2});
    for (std::size_t pair = 0; pair < 2; ++pair) {
      const double radius = std::sqrt(-2 * std::log((words[2 * pair] >> 8) * 0x1p-24 + 0x1p-25));
      const double angle = 2 * std::numbers::pi * (words[2 * pair + 1] * 0x1p-32 - 0.125);
      // Blocks come in groups of 16: first all first numbers of the blocks, then all second ones, and so on.
      const float* group = noise.data() + block / 16 * 64 + pair * 32 + block % 16;
      expectNear(group[0], radius * std::cos(angle), 2e-6, "first, float32 rounding of numbers up to 6");
      expectNear(group[16], radius * std::sin(angle), 2e-6, "second");
    }
  }
});

const Register noiseMoments("noise has the moments of a normal distribution", [] {
  constexpr std::size_t count = 100000;
  const std::vector<float> noise = noiseOf(count, {5, 2, 0}, 0.1F);
  double sum = 0, squares = 0, fourth = 0, beside = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double value = noise[i] / 0.1;
    sum += value;
    squares += value * value;
    fourth += value * value * value * value;
    beside += value * noise[(i + 16) % count] / 0.1;
  }
  // Six standard errors: of the mean 1, of the square 2, of the fourth power 96, of a product 1, each over the count.
  const double error = 6 / std::sqrt(static_cast<double>(count));
  expectNear(sum / count, 0, error, "mean");
  expectNear(squares / count, 1, error * std::sqrt(2), "variance");
  expectNear(fourth / count, 3, error * std::sqrt(96), "fourth moment");
  expectNear(beside / count, 0, error, "covariance of a pair");
});

const Register noiseStreams("noise follows from seed, stream and channel, and its start not from its length", [] {
  const std::vector<float> whole = noiseOf(200, {7, 2, 0}), part = noiseOf(77, {7, 2, 0});
  for (std::size_t i = 0; i < part.size(); ++i) expect(part[i] == whole[i], "the same start");
  for (const NoiseStream& other : {NoiseStream{8, 2, 0}, NoiseStream{7, 3, 0}, NoiseStream{7, 2, 1}}) expect(noiseOf(200, other) != whole, "another stream");
});

}  // namespace
}  // namespace geoscribe::testing
