#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace geoscribe {

/**
 * Which bucket a distance belongs to: buckets of one width, the greatest power of two not above the smallest step, up
 * to 4096 of that width; beyond, they double in width with every doubling of the distance, so that any float32 has a
 * bucket and there are at most some half a million.
 *
 * bucket(d) = the leading bits of d + offset, offset = 4096 * width. Rounding cannot break the order: float addition
 * and the bits of positive floats are monotone, so bucket(a) <= bucket(b) whenever a <= b.
 */
class BucketScale {
 public:
  /** `smallest_step` >= 1e-5. */
  explicit BucketScale(float smallest_step)
      : offset_(std::ldexp(1.0f, std::min(most_exponent, std::ilogb(smallest_step)) + width_bits)),
        offset_bits_(std::bit_cast<uint32_t>(offset_)) {}

  /** 0 <= distance < Infinity. */
  std::size_t bucket_of(float distance) const {
    return (std::bit_cast<uint32_t>(distance + offset_) - offset_bits_) >> (mantissa_bits - width_bits);
  }

 private:
  static constexpr int width_bits = 12;
  static constexpr int mantissa_bits = 23;
  /** The greatest float plus the offset must stay finite. */
  static constexpr int most_exponent = 64;

  float offset_;
  uint32_t offset_bits_;
};

}  // namespace geoscribe
