#pragma once

#include "core/grid.hpp"
#include "core/thread_pool.hpp"

namespace geoscribe {

/** Calls `body(z, begin, end)` with the voxels of every row: slices in parallel, the rows of one slice in order. */
template <class Body>
void for_rows(const Dims& dims, const Workers& workers, Body body) {
  workers.run(dims.z, [&](int64_t z) {
    for (int64_t y = 0; y < dims.y; ++y) {
      workers.control.check();
      const int64_t begin = dims.x * (y + dims.y * z);
      body(z, begin, begin + dims.x);
    }
  });
}

}  // namespace geoscribe
