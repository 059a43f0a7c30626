#include "core/kernels/range.hpp"

#include "core/kernels/vec.hpp"

namespace geoscribe::GEOSCRIBE_ISA {

int64_t first_outside(const float* values, int64_t count, float low, float high) {
  const Vec least = all(low), greatest = all(high);
  int64_t i = 0;
  // Four vectors a round: the branch is taken once, memory is what this waits for.
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    unsigned outside = 0;
    for (int part = 0; part < 4; ++part) {
      const Vec value = load(values + i + part * lanes);
      outside |= less(value, least) | less(greatest, value);
    }
    if (outside != 0) break;
  }
  for (; i < count; ++i) {
    if (values[i] < low || values[i] > high) return i;
  }
  return -1;
}

}  // namespace geoscribe::GEOSCRIBE_ISA
