#pragma once

#include <algorithm>
#include <cstdint>

#include "core/control.hpp"

namespace geoscribe {

/** Calls `body(begin, end)` for pieces of [0, size), and looks between them whether the job is cancelled. */
template <class Body>
void for_chunks(int64_t size, const Control& control, Body body) {
  constexpr int64_t chunk_size = int64_t{1} << 18;
  for (int64_t begin = 0; begin < size; begin += chunk_size) {
    control.check();
    body(begin, std::min(size, begin + chunk_size));
  }
}

}  // namespace geoscribe
