#pragma once

#include <cstddef>
#include <span>

namespace geoscribe {

/** a + b rounded, with the part that rounding lost (Knuth). The sum was exact where `error` is 0. */
struct TwoSum {
  double sum;
  double error;
};

inline TwoSum two_sum(double a, double b) {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

/** As many values as a 3x3x3 window has. */
inline constexpr std::size_t most_summands = 27;

/**
 * The exact sum of at most `most_summands` finite float32 values, rounded once to float64 (ties to even): the same for
 * every order.
 */
double exact_sum(std::span<const float> values);

}  // namespace geoscribe
