#pragma once

#include <cstdint>
#include <vector>

#include "core/thread_pool.hpp"

namespace geoscribe {

/** Number of finite values. */
int64_t count_finite(const float* values, int64_t size, const Workers& workers);

/**
 * The finite values of the given ranks (0 = smallest; each below `count_finite`), without copying or sorting: two
 * counting passes over the upper and the lower half of an order-preserving integer key.
 */
std::vector<float> values_of_rank(const float* values, int64_t size, const std::vector<int64_t>& ranks,
                                  const Workers& workers);

}  // namespace geoscribe
