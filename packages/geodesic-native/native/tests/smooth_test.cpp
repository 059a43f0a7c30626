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

std::vector<float> smoothed(const Dims& dims, const Channel& channel) {
  Bench bench;
  std::vector<float> output(static_cast<std::size_t>(dims.size()));
  smooth(dims, channel, output.data(), bench.workers);
  return output;
}

std::vector<float> smoothed(const Dims& dims, const std::vector<float>& input) { return smoothed(dims, Channel{input.data()}); }

/** The definition, voxel by voxel. */
std::vector<float> expected_means(const Dims& dims, const Channel& channel) {
  std::vector<float> means;
  for (int64_t v = 0; v < dims.size(); ++v) {
    const Voxel at = voxel_of(dims, v);
    std::vector<float> window;
    for (int64_t z = std::max<int64_t>(0, at.z - 1); z < std::min(dims.z, at.z + 2); ++z) {
      for (int64_t y = std::max<int64_t>(0, at.y - 1); y < std::min(dims.y, at.y + 2); ++y) {
        for (int64_t x = std::max<int64_t>(0, at.x - 1); x < std::min(dims.x, at.x + 2); ++x) {
          const float value = channel.at(x + dims.x * (y + dims.y * z));
          if (std::isfinite(value)) window.push_back(value);
        }
      }
    }
    means.push_back(std::isfinite(channel.at(v)) ? static_cast<float>(exact_sum(window) / static_cast<double>(window.size()))
                                                 : std::numeric_limits<float>::quiet_NaN());
  }
  return means;
}

/** The same numbers: NaN equals NaN, 0 equals -0. */
bool same_numbers(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](float u, float v) { return u == v || (std::isnan(u) && std::isnan(v)); });
}

/** Every instruction set, and boxes of every kind, give the means of the definition. */
void check_smoothing(const Dims& dims, const Channel& channel) {
  const auto expected = expected_means(dims, channel);
  CHECK(same_numbers(smoothed(dims, channel), expected));
  const Box whole{{0, 0, 0}, {dims.x, dims.y, dims.z}};
  const Box inner{{dims.x / 3, dims.y / 2, dims.z / 2}, {dims.x, dims.y, dims.z / 2 + 1}};
  for (const Isa isa : {Isa::baseline, Isa::avx2, Isa::avx512}) {
    const Kernels* kernels = kernels_for(isa);
    if (kernels == nullptr) continue;
    for (const Box& box : {whole, inner}) {
      const int64_t nx = box.end.x - box.begin.x, ny = box.end.y - box.begin.y;
      const int64_t row = nx + 3, plane = row * ny + 1;
      constexpr float untouched = -7.5f;
      std::vector<float> output(static_cast<std::size_t>(plane * (box.end.z - box.begin.z)), untouched);
      smooth_box(dims, channel, box, output.data(), row, plane, *kernels);
      std::vector<float> values, wanted;
      for (int64_t z = box.begin.z; z < box.end.z; ++z) {
        for (int64_t y = box.begin.y; y < box.end.y; ++y) {
          const int64_t to = row * (y - box.begin.y) + plane * (z - box.begin.z);
          for (int64_t x = box.begin.x; x < box.end.x; ++x) {
            values.push_back(output[static_cast<std::size_t>(to + x - box.begin.x)]);
            wanted.push_back(expected[static_cast<std::size_t>(x + dims.x * (y + dims.y * z))]);
          }
          CHECK(output[static_cast<std::size_t>(to + nx)] == untouched);
        }
      }
      CHECK(same_numbers(values, wanted));
    }
  }
}

const Dims odd_sizes[] = {{1, 1, 1}, {70, 1, 1}, {1, 17, 9}, {31, 15, 7}, {32, 16, 8}, {33, 17, 9}, {67, 5, 3}};

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

TEST("means of floats are those of the definition: near, far, and wild exponents, with and without broken voxels") {
  for (const Dims& dims : odd_sizes) {
    const auto size = static_cast<std::size_t>(dims.size());
    auto near = geoscribe::testing::random_values(size, 21, 0.5f, 3.0f);
    auto far = geoscribe::testing::random_values(size, 22, -1.0f, 1.0f);
    for (std::size_t i = 0; i < size; i += 3) far[i] = std::ldexp(far[i], -40);
    auto wild = wild_values(size, 23);
    for (auto* values : {&near, &far, &wild}) {
      check_smoothing(dims, {values->data()});
      check_smoothing(dims, {values->data(), Element::float32, -1.7, 0.3});
      for (std::size_t i = 0; i < size; i += 5) (*values)[i] = i % 2 == 0 ? std::numeric_limits<float>::quiet_NaN() : -std::numeric_limits<float>::infinity();
      check_smoothing(dims, {values->data()});
    }
  }
}

TEST("means of integers are those of the definition, whatever scale and offset") {
  for (const Dims& dims : odd_sizes) {
    std::vector<int16_t> shorts;
    std::vector<uint16_t> words;
    std::vector<uint8_t> bytes;
    for (const float share : geoscribe::testing::random_values(static_cast<std::size_t>(dims.size()), 24)) {
      shorts.push_back(static_cast<int16_t>(65'535.0f * share - 32'768.0f));
      words.push_back(static_cast<uint16_t>(65'535.0f * share));
      bytes.push_back(static_cast<uint8_t>(255.0f * share));
    }
    for (const auto& [scale, offset] : {std::pair{1.0, 0.0}, {0.37, -1024.0}, {1e36, 0.0}}) {
      check_smoothing(dims, {shorts.data(), Element::int16, scale, offset});
      check_smoothing(dims, {words.data(), Element::uint16, scale, offset});
      check_smoothing(dims, {bytes.data(), Element::uint8, scale, offset});
    }
  }
}

TEST("what is large cancels within a window without a trace") {
  const Dims dims{40, 20, 10};
  for (const int depth : {20, 35, 60, 90, 120}) {
    auto values = geoscribe::testing::random_values(static_cast<std::size_t>(dims.size()), 25, 0.5f, 1.0f);
    for (int64_t v = 0; v < dims.size(); ++v) {
      const Voxel at = voxel_of(dims, v);
      auto& value = values[static_cast<std::size_t>(v)];
      // Of the nine rows of a window two pairs cancel: one large, one half as deep as what is left.
      const int64_t row = at.y % 3 + 3 * (at.z % 3);
      value = std::ldexp(value, -depth);
      if (row < 2) value = row == 0 ? 1.7f : -1.7f;
      if (row == 5 || row == 7) value = std::ldexp(row == 5 ? 1.1f : -1.1f, -depth / 2);
    }
    check_smoothing(dims, {values.data()});
  }
}
