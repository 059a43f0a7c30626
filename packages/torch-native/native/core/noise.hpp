#pragma once

#include <cstdint>
#include <span>

namespace geoscribe {

/** Which normal numbers: equal streams give equal numbers, voxel by voxel, whatever was drawn before. */
struct NoiseStream {
  std::uint32_t seed;
  std::uint32_t stream;
  std::uint32_t channel;
};

/**
 * v + sigma * n, n standard normal: Box and Muller's transform of Philox's blocks (see CounterRandom; of the same key, but
 * other counters). A block makes four numbers, 16 blocks at once in the lanes of vector registers.
 */
void addNoise(std::span<float> channel, float sigma, const NoiseStream& stream);

}  // namespace geoscribe
