#include "core/case_data.hpp"

#include <algorithm>
#include <atomic>
#include <string>

#include "core/input_error.hpp"

namespace geoscribe {

namespace {

constexpr int64_t chunk_size = int64_t{1} << 16;
constexpr float tolerance = 1e-6f;

/** First index in [0, size) for which `bad` holds, or -1; the same whatever the number of threads. */
template <class Bad>
int64_t first_where(int64_t size, const Workers& workers, Bad bad) {
  std::atomic<int64_t> first{size};
  workers.run((size + chunk_size - 1) / chunk_size, [&](int64_t chunk) {
    const int64_t end = std::min(size, (chunk + 1) * chunk_size);
    for (int64_t i = chunk * chunk_size; i < end; ++i) {
      if (!bad(i)) continue;
      int64_t known = first.load();
      while (i < known && !first.compare_exchange_weak(known, i)) {
      }
      return;
    }
  });
  return first.load() == size ? -1 : first.load();
}

std::string class_range(int classes) { return "a class from 0 to " + std::to_string(classes - 1); }

}  // namespace

void check_probability(const Probability& probability, int64_t size, const Workers& workers) {
  const int64_t index = first_where(size, workers, [&](int64_t i) {
    const float p = probability.at(i);
    return p < -tolerance || p > 1.0f + tolerance;
  });
  if (index >= 0) {
    throw InputError("probability", index, "values from 0 to 1, or NaN", std::to_string(probability.at(index)));
  }
}

void check_case(const CaseData& data, const Workers& workers) {
  const int64_t size = data.dims.size();
  if (data.seeds != nullptr) {
    const int64_t index =
        first_where(size, workers, [&](int64_t i) { return data.seeds[i] != unmarked && data.seeds[i] >= data.classes; });
    if (index >= 0) {
      throw InputError("seeds", index, class_range(data.classes) + ", or 255 for unmarked",
                       std::to_string(data.seeds[index]));
    }
  }
  const int64_t index = first_where(size, workers, [&](int64_t i) { return data.origin.at(i) >= data.classes; });
  if (index >= 0) {
    throw InputError("originLabel", index, class_range(data.classes), std::to_string(data.origin.at(index)));
  }
  check_probability(data.probability, size * data.classes, workers);
}

}  // namespace geoscribe
