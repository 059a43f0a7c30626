#pragma once

#include <cstdint>
#include <vector>

#include "core/elements.hpp"
#include "core/thread_pool.hpp"

namespace geoscribe {

/**
 * The finite values of a channel in ascending order, by rank, without copying or sorting: counts of all raw values of an
 * integer channel, or of the upper halves of the bits of floats; these need one more pass for the lower halves.
 */
class OrderStatistics {
 public:
  /** Counts `size` values, which must not change before the last call. */
  OrderStatistics(const Channel& channel, int64_t size, const Workers& workers);

  /** Number of finite values. */
  int64_t count() const { return count_; }

  /** The values of these ranks; 0 = smallest, each below `count()`. */
  std::vector<float> values(const std::vector<int64_t>& ranks, const Workers& workers) const;

 private:
  using Counts = std::vector<int64_t>;

  bool floats() const { return channel_.element == Element::float32; }
  /** The i-th bin in ascending order of its values. */
  std::size_t bin_at(std::size_t i) const;
  bool holds_finite(std::size_t bin) const;
  /** Value of a bin of an integer channel. */
  float value_of(std::size_t bin) const;

  Channel channel_;
  int64_t size_;
  /** By raw value modulo 2^16, or by the upper half of a float's bits. */
  Counts counts_;
  int64_t count_ = 0;
};

}  // namespace geoscribe
