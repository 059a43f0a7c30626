#pragma once

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

/** The exact sum of finite float32 values, rounded once to float64 (ties to even): the same for every order. */
double exact_sum(std::span<const float> values);

}  // namespace geoscribe
