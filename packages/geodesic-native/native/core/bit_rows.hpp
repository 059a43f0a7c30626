#pragma once

#include <cstdint>
#include <vector>

#include "core/tiles.hpp"

namespace geoscribe {

/** Bit i of the result: byte i of `bytes` (0 or 1), for i < count <= 64. */
uint64_t packed_bits(const uint8_t* bytes, int64_t count);

/** Bit i of the result: whether a[i] and b[i] differ, for i < count <= 64; 0 where count <= 0. */
uint64_t different_bytes(const uint8_t* a, const uint8_t* b, int64_t count);

/** The `count` lowest bits set; none below 1, all above 63. */
inline uint64_t lowest_bits(int64_t count) {
  return count <= 0 ? 0 : count > 63 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
}

/** Sets of the voxels of a box: a bit each, rows of whole words, y fastest. */
class BitRows {
 public:
  using Set = std::vector<uint64_t>;

  explicit BitRows(const Box& box)
      : words_((box.end.x - box.begin.x + 63) / 64), rows_((box.end.y - box.begin.y) * (box.end.z - box.begin.z)) {}

  /** Words of a row. */
  int64_t words() const { return words_; }

  Set empty_set() const { return Set(static_cast<std::size_t>(words_ * rows_), 0); }

  template <class AnySet>
  auto& word(AnySet& set, int64_t row, int64_t at) const {
    return set[static_cast<std::size_t>(row * words_ + at)];
  }

  /** Bits whose neighbour along the row, on either side, is in the set. */
  uint64_t beside(const Set& set, int64_t row, int64_t at) const {
    const uint64_t here = word(set, row, at);
    const uint64_t below = at > 0 ? word(set, row, at - 1) >> 63 : 0;
    const uint64_t above = at + 1 < words_ ? word(set, row, at + 1) << 63 : 0;
    return (here << 1) | below | (here >> 1) | above;
  }

 private:
  int64_t words_;
  int64_t rows_;
};

}  // namespace geoscribe
