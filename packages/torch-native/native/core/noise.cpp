#include "core/noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/vector_math.hpp"

namespace geoscribe {
namespace {

constexpr std::size_t lanes = 16;
constexpr std::size_t groupSize = 4 * lanes;
using Lanes = std::array<std::uint32_t, lanes>;

/** Philox 4x32-10 of 16 counters at once; the words of a block in four arrays. */
void philox(std::array<Lanes, 4>& words, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    for (std::size_t l = 0; l < lanes; ++l) {
      const std::uint64_t first = std::uint64_t{0xD2511F53} * words[0][l];
      const std::uint64_t second = std::uint64_t{0xCD9E8D57} * words[2][l];
      words[0][l] = static_cast<std::uint32_t>(second >> 32) ^ words[1][l] ^ key0;
      words[2][l] = static_cast<std::uint32_t>(first >> 32) ^ words[3][l] ^ key1;
      words[1][l] = static_cast<std::uint32_t>(second);
      words[3][l] = static_cast<std::uint32_t>(first);
    }
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
}

/** Two normal numbers of two uniform ones, 16 times. */
void normals(const Lanes& lengths, const Lanes& angles, float sigma, float* first, float* second) {
  for (std::size_t l = 0; l < lanes; ++l) {
    // In (0, 1]: 2^-25 keeps 0 out.
    const float uniform = static_cast<float>(lengths[l] >> 8) * 0x1p-24F + 0x1p-25F;
    const float radius = sigma * std::sqrt(std::max(0.0F, -2.0F * vectorLog(uniform)));
    const SineCosine angle = vectorSineCosine(angles[l]);
    first[l] = radius * angle.cosine;
    second[l] = radius * angle.sine;
  }
}

}  // namespace

void addNoise(std::span<float> channel, float sigma, const NoiseStream& stream) {
  std::array<float, groupSize> noise{};
  for (std::size_t begin = 0; begin < channel.size(); begin += groupSize) {
    std::array<Lanes, 4> words{};
    for (std::size_t l = 0; l < lanes; ++l) {
      words[0][l] = static_cast<std::uint32_t>(begin / 4 + l);
      words[1][l] = stream.channel;
      // CounterRandom's counters have 0 here.
      words[2][l] = 1;
    }
    philox(words, stream.seed, stream.stream);
    normals(words[0], words[1], sigma, noise.data(), noise.data() + lanes);
    normals(words[2], words[3], sigma, noise.data() + 2 * lanes, noise.data() + 3 * lanes);
    const std::size_t count = std::min(groupSize, channel.size() - begin);
    float* values = channel.data() + begin;
    for (std::size_t i = 0; i < count; ++i) values[i] += noise[i];
  }
}

}  // namespace geoscribe
