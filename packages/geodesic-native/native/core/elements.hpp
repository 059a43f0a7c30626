#pragma once

#include <cstdint>

namespace geoscribe {

enum class Element : uint8_t { float32, int16, uint16, uint8 };

/** Calls `body` with the array as a pointer to its own element type. */
template <class Body>
decltype(auto) with_elements(const void* data, Element element, Body body) {
  switch (element) {
    case Element::int16: return body(static_cast<const int16_t*>(data));
    case Element::uint16: return body(static_cast<const uint16_t*>(data));
    case Element::uint8: return body(static_cast<const uint8_t*>(data));
    case Element::float32: break;
  }
  return body(static_cast<const float*>(data));
}

/** One channel of an image as its owner stores it: value = float32(raw * scale + offset), computed in float64. */
struct Channel {
  const void* data = nullptr;
  Element element = Element::float32;
  double scale = 1.0;
  double offset = 0.0;

  bool plain() const { return scale == 1.0 && offset == 0.0; }

  float at(int64_t index) const {
    return with_elements(data, element, [&](const auto* raw) { return value(raw[index]); });
  }

  /** Values [begin, begin + count) to `output`. */
  void read(int64_t begin, int64_t count, float* output) const {
    with_elements(data, element, [&](const auto* raw) {
      if (plain()) {
        for (int64_t i = 0; i < count; ++i) output[i] = static_cast<float>(raw[begin + i]);
      } else {
        for (int64_t i = 0; i < count; ++i) output[i] = value(raw[begin + i]);
      }
    });
  }

 private:
  template <class Raw>
  float value(Raw raw) const {
    return static_cast<float>(static_cast<double>(raw) * scale + offset);
  }
};

/** Probabilities as float32, or as uint8 in 255ths. */
struct Probability {
  const void* data = nullptr;
  Element element = Element::float32;

  explicit operator bool() const { return data != nullptr; }

  float at(int64_t index) const {
    if (element == Element::uint8) return static_cast<float>(static_cast<const uint8_t*>(data)[index]) / 255.0f;
    return static_cast<const float*>(data)[index];
  }

  /** The same array from `index` on. */
  Probability from(int64_t index) const {
    if (element == Element::uint8) return {static_cast<const uint8_t*>(data) + index, element};
    return {static_cast<const float*>(data) + index, element};
  }
};

}  // namespace geoscribe
