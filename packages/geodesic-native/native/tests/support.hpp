#pragma once

#include <random>
#include <vector>

#include "core/thread_pool.hpp"

namespace geoscribe::testing {

/** A pool with a control, as a job has them. */
struct Bench {
  explicit Bench(int threads = 2) : pool(threads), workers{pool, threads, control} {}

  Control control;
  ThreadPool pool;
  Workers workers;
};

inline std::vector<float> random_values(std::size_t size, unsigned seed, float low = 0.0f, float high = 1.0f) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> uniform(low, high);
  std::vector<float> values(size);
  for (float& value : values) value = uniform(generator);
  return values;
}

}  // namespace geoscribe::testing
