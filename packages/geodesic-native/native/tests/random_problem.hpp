#pragma once

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <vector>

#include "core/distance.hpp"
#include "core/terrain.hpp"
#include "support.hpp"

namespace geoscribe::testing {

/** A random problem of two classes; every option of the transform is drawn. */
struct RandomProblem {
  explicit RandomProblem(unsigned seed) : random(seed) {
    do {
      dims = {edge(), edge(), edge()};
    } while (dims.size() > 60'000);
    options.dims = dims;
    options.smooth = below(4) == 0;
    options.gate = pick<GateRule>({GateRule::none, GateRule::robust, GateRule::reference});
    for (std::size_t c = pick<std::size_t>({1, 1, 2, 3}); c > 0; --c) options.channels.push_back(channel());
    if (below(3) == 0) {
      mask.assign(size(), 1);
      for (auto& inside : mask) inside = below(8) != 0;
      options.mask = mask.data();
    }
    const Spacing spacing{length(), length(), length()};
    const int neighbours = pick<int>({6, 26});
    const float cutoff = pick<float>({1e-6f, 0.3f, 5.0f, 300.0f, INFINITY});
    const float gradient = pick<float>({0.0f, 0.01f, 0.3f, 1.0f, 2.5f});
    const float certainty = pick<float>({0.0f, 0.01f, 0.3f, 1.0f});
    for (std::size_t label = 0; label < 2; ++label) {
      const Probability probability = draw_probability();
      // 300: distances at which float32 no longer tells d from d + 1e-5.
      const double length_weight = pick<double>({0.0, 0.01, 0.3, 1.0, 300.0});
      costs.push_back({steps_of(dims, spacing, neighbours, length_weight), gradient, certainty, probability, cutoff});
      seeds.push_back(draw_seeds());
    }
  }
  RandomProblem(const RandomProblem&) = delete;

  std::size_t size() const { return static_cast<std::size_t>(dims.size()); }

  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random); }

  std::mt19937 random;
  Dims dims;
  TerrainOptions options;
  /** By class; used or not. */
  std::vector<std::vector<float>> probabilities;
  std::vector<ClassCost> costs;
  /** By class, ascending. */
  std::vector<std::vector<int64_t>> seeds;

 private:
  template <class T>
  T pick(std::initializer_list<T> choices) {
    return choices.begin()[below(choices.size())];
  }

  /** Edges of a tile, 32 x 16 x 8, one less and one more. */
  int64_t edge() { return pick<int64_t>({1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 63, 65}); }

  double length() { return pick<double>({0.5, 0.7, 1.0, 3.1}); }

  void sprinkle(std::vector<float>& values, const std::vector<float>& others) {
    for (float& value : values) {
      if (below(12) == 0) value = others[below(others.size())];
    }
  }

  Channel channel() {
    auto& values = images.emplace_back(random_values(size(), static_cast<unsigned>(random()), -1.0f, 1.0f));
    switch (below(6)) {
      case 0:  // a ramp, so that the gate bites
        for (std::size_t v = 0; v < size(); ++v) values[v] += static_cast<float>(static_cast<int64_t>(v) % dims.x);
        break;
      case 1:  // nothing but ties
        std::fill(values.begin(), values.end(), 3.0f);
        break;
      case 2:  // plateaus
        for (float& value : values) value = std::round(value * 1.5f);
        break;
      case 3:  // exponents all over float32: steps up to 1e30
        for (float& value : values) value = std::ldexp(value, static_cast<int>(below(200)) - 100);
        break;
      default: break;
    }
    if (below(4) == 0) return integers(values);
    if (below(3) == 0) sprinkle(values, {std::nanf(""), INFINITY, -INFINITY});
    return {values.data(), Element::float32, pick<double>({1.0, 1.0, -0.5}), pick<double>({0.0, 0.0, 7.0})};
  }

  /** The values as an image's owner may store them. */
  Channel integers(const std::vector<float>& values) {
    switch (below(3)) {
      case 0: return stored(shorts.emplace_back(), Element::int16, values);
      case 1: return stored(words.emplace_back(), Element::uint16, values);
      default: return stored(bytes.emplace_back(), Element::uint8, values);
    }
  }

  template <class T>
  Channel stored(std::vector<T>& raw, Element element, const std::vector<float>& values) {
    constexpr float least = std::numeric_limits<T>::lowest(), greatest = std::numeric_limits<T>::max();
    for (const float value : values) raw.push_back(static_cast<T>(std::clamp(40.0f * value, least, greatest)));
    return {raw.data(), element, pick<double>({1.0, 0.025}), pick<double>({0.0, -3.0})};
  }

  Probability draw_probability() {
    auto& values = probabilities.emplace_back(random_values(size(), static_cast<unsigned>(random())));
    if (below(3) == 0) sprinkle(values, {0.0f, 1.0f});
    if (below(3) == 0) sprinkle(values, {std::nanf("")});
    const std::size_t form = below(4);
    if (form == 0) return {};
    if (form > 1) return {values.data()};
    auto& stored = probability_bytes.emplace_back(size());
    for (auto& byte : stored) byte = static_cast<uint8_t>(below(256));
    return {stored.data(), Element::uint8};
  }

  /** A few voxels, or none; now and then a twentieth of all, or all. */
  std::vector<int64_t> draw_seeds() {
    std::vector<int64_t> drawn;
    const std::size_t form = below(10);
    if (form > 1) {
      for (std::size_t stroke = below(4); stroke > 0; --stroke) drawn.push_back(static_cast<int64_t>(below(size())));
    } else {
      for (int64_t v = 0; v < dims.size(); ++v) {
        if (form == 0 || below(20) == 0) drawn.push_back(v);
      }
    }
    std::sort(drawn.begin(), drawn.end());
    return drawn;
  }

  std::vector<std::vector<float>> images;
  std::vector<std::vector<int16_t>> shorts;
  std::vector<std::vector<uint16_t>> words;
  std::vector<std::vector<uint8_t>> bytes;
  std::vector<std::vector<uint8_t>> probability_bytes;
  std::vector<uint8_t> mask;
};

}  // namespace geoscribe::testing
