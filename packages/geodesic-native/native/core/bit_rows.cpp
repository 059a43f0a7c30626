#include "core/bit_rows.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace geoscribe {

namespace {

static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");

constexpr uint64_t ones = 0x0101010101010101;

uint64_t eight_bytes(const uint8_t* bytes, int64_t count) {
  uint64_t value = 0;
  std::memcpy(&value, bytes, static_cast<std::size_t>(count));
  return value;
}

/** Calls `body(eight bytes of a, place of their bits)` ... for parts of eight, the last one padded with 0. */
template <class Bits>
uint64_t by_eight(int64_t count, Bits bits) {
  uint64_t result = 0;
  int64_t at = 0;
  for (; at + 8 <= count; at += 8) result |= bits(at, 8) << at;
  if (at < count) result |= bits(at, count - at) << at;
  return result;
}

/** Bit i: byte i, which is 0 or 1. The multiplication adds every byte to the highest one, shifted by its number. */
uint64_t gathered(uint64_t bytes) { return (bytes * 0x0102040810204080) >> 56; }

}  // namespace

uint64_t packed_bits(const uint8_t* bytes, int64_t count) {
  return by_eight(count, [&](int64_t at, int64_t length) {
    return gathered(length == 8 ? eight_bytes(bytes + at, 8) : eight_bytes(bytes + at, length));
  });
}

uint64_t different_bytes(const uint8_t* a, const uint8_t* b, int64_t count) {
  return by_eight(count, [&](int64_t at, int64_t length) -> uint64_t {
    const uint64_t difference = length == 8 ? eight_bytes(a + at, 8) ^ eight_bytes(b + at, 8)
                                            : eight_bytes(a + at, length) ^ eight_bytes(b + at, length);
    if (difference == 0) return 0;
    // The highest bit of every byte that has any bit, moved to the lowest.
    constexpr uint64_t low = 0x7f * ones;
    return gathered(((((difference & low) + low) | difference) >> 7) & ones);
  });
}

}  // namespace geoscribe
