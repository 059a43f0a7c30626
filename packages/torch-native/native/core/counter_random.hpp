#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace geoscribe {

/**
 * Random numbers that follow from (seed, stream) alone: Philox 4x32 with 10 rounds (Salmon et al., SC 2011), the
 * generator cuRAND and PyTorch use on GPUs. Two streams of one seed are independent, so that a transform that is
 * switched off does not move the numbers of the next one.
 */
class CounterRandom {
 public:
  CounterRandom(std::uint32_t seed, std::uint32_t stream) : key_{seed, stream} {}

  std::uint32_t next() {
    if (used_ == 4) {
      block_ = philox(counter_++);
      used_ = 0;
    }
    return block_[used_++];
  }

  /** In the open interval (0, 1), 32 bits. */
  double uniform() { return (static_cast<double>(next()) + 0.5) * 0x1p-32; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  bool chance(double probability) { return uniform() < probability; }

  /** Mean 0, standard deviation 1 (Box and Muller). */
  double normal() {
    if (hasSpare_) {
      hasSpare_ = false;
      return spare_;
    }
    const double radius = std::sqrt(-2.0 * std::log(uniform()));
    const double angle = 2.0 * std::numbers::pi * uniform();
    spare_ = radius * std::sin(angle);
    hasSpare_ = true;
    return radius * std::cos(angle);
  }

  /** The block of random numbers that belongs to a counter; public for the known-answer test. */
  static std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t first = std::uint64_t{0xD2511F53} * counter[0];
      const std::uint64_t second = std::uint64_t{0xCD9E8D57} * counter[2];
      counter = {static_cast<std::uint32_t>(second >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(second),
                 static_cast<std::uint32_t>(first >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(first)};
      key[0] += 0x9E3779B9;
      key[1] += 0xBB67AE85;
    }
    return counter;
  }

 private:
  std::array<std::uint32_t, 4> philox(std::uint64_t counter) const {
    return philox({static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32), 0, 0}, key_);
  }

  std::array<std::uint32_t, 2> key_;
  std::uint64_t counter_ = 0;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
  double spare_ = 0;
  bool hasSpare_ = false;
};

}  // namespace geoscribe
