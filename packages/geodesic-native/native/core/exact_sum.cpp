#include "core/exact_sum.hpp"

namespace geoscribe {

// Shewchuk 1997: partial sums that do not overlap hold the exact sum; the last addition rounds it once, with a look at
// the next partial where that addition was a tie.
double exact_sum(std::span<const float> values) {
  double partials[most_summands];
  std::size_t count = 0;
  for (const float value : values) {
    double carry = value;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const TwoSum both = two_sum(carry, partials[i]);
      if (both.error != 0.0) partials[kept++] = both.error;
      carry = both.sum;
    }
    partials[kept] = carry;
    count = kept + 1;
  }
  if (count == 0) return 0.0;
  std::size_t left = count - 1;
  double sum = partials[left];
  double error = 0.0;
  while (left > 0 && error == 0.0) {
    const TwoSum both = two_sum(sum, partials[--left]);
    sum = both.sum;
    error = both.error;
  }
  if (left > 0 && ((error < 0.0 && partials[left - 1] < 0.0) || (error > 0.0 && partials[left - 1] > 0.0))) {
    const double doubled = error * 2.0;
    const double away = sum + doubled;
    if (away - sum == doubled) sum = away;
  }
  return sum;
}

}  // namespace geoscribe
