#include "core/smooth.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "check.hpp"
#include "core/exact_sum.hpp"
#include "support.hpp"

using namespace geoscribe;
using geoscribe::testing::Bench;

namespace {

/** Values of very different exponents, both signs. */
std::vector<float> wild_values(std::size_t size, unsigned seed) {
  auto values = geoscribe::testing::random_values(size, seed, -1.0f, 1.0f);
  const auto exponents = geoscribe::testing::random_values(size, seed + 1, -80.0f, 80.0f);
  for (std::size_t i = 0; i < size; ++i) values[i] = std::ldexp(values[i], static_cast<int>(exponents[i]));
  return values;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](float u, float v) { return std::bit_cast<uint32_t>(u) == std::bit_cast<uint32_t>(v); });
}

std::vector<float> smoothed(const Dims& dims, const std::vector<float>& input) {
  Bench bench;
  std::vector<float> output(input.size());
  smooth(dims, input.data(), output.data(), bench.workers);
  return output;
}

}  // namespace

TEST("an exact sum does not lose what is small or cancels") {
  const std::vector<float> values{1e30f, 1.0f, -1e30f};
  CHECK(exact_sum(values) == 1.0);
  const std::vector<float> half_way{1.0f, 0x1p-53f, 0x1p-100f};
  CHECK(exact_sum(half_way) == 1.0 + 0x1p-52);
  CHECK(exact_sum({}) == 0.0);
}

TEST("an exact sum is the same for every order") {
  auto values = wild_values(27, 7);
  const double sum = exact_sum(values);
  for (unsigned turn = 0; turn < 50; ++turn) {
    std::shuffle(values.begin(), values.end(), std::mt19937(turn));
    CHECK(exact_sum(values) == sum);
  }
}

TEST("the window shrinks at the border") {
  const std::vector<float> row{3.0f, 6.0f, 0.0f, 12.0f};
  CHECK(smoothed({4, 1, 1}, row) == (std::vector<float>{4.5f, 3.0f, 6.0f, 6.0f}));
  CHECK(smoothed({1, 1, 1}, {7.0f}) == std::vector<float>{7.0f});
}

TEST("a voxel that is not finite stays out of its neighbours' means and becomes NaN") {
  const float inf = std::numeric_limits<float>::infinity();
  const auto result = smoothed({3, 1, 1}, {2.0f, inf, 4.0f});
  CHECK(result[0] == 2.0f && std::isnan(result[1]) && result[2] == 4.0f);
}

TEST("smoothing commutes with flips and the permutation of axes, bit for bit, for wild exponents too") {
  const Dims dims{6, 5, 4};
  const auto input = wild_values(static_cast<std::size_t>(dims.size()), 3);
  const auto output = smoothed(dims, input);
  std::vector<float> flipped(input.rbegin(), input.rend());
  auto expected = output;
  std::reverse(expected.begin(), expected.end());
  CHECK(same_bits(smoothed(dims, flipped), expected));

  const auto transposed = [&](const std::vector<float>& from) {
    std::vector<float> to(from.size());
    for (int64_t z = 0; z < 4; ++z) {
      for (int64_t y = 0; y < 5; ++y) {
        for (int64_t x = 0; x < 6; ++x) to[static_cast<std::size_t>(z + 4 * (x + 6 * y))] = from[static_cast<std::size_t>(x + 6 * (y + 5 * z))];
      }
    }
    return to;
  };
  CHECK(same_bits(smoothed({4, 6, 5}, transposed(input)), transposed(output)));
}
