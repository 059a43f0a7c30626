#include "core/case_data.hpp"

#include <algorithm>
#include <atomic>

#include "core/input_error.hpp"
#include "core/kernels/kernels.hpp"

namespace geoscribe {

namespace {

constexpr int64_t chunk_size = int64_t{1} << 18;
constexpr float tolerance = 1e-6f;

/** The least of what `first_in(begin, end)` finds in the pieces of [0, size), or -1; whatever the number of threads. */
template <class FirstIn>
int64_t first_of(int64_t size, const Workers& workers, FirstIn first_in) {
  std::atomic<int64_t> first{size};
  workers.run((size + chunk_size - 1) / chunk_size, [&](int64_t chunk) {
    const int64_t begin = chunk * chunk_size;
    const int64_t found = first_in(begin, std::min(size, begin + chunk_size));
    if (found < 0) return;
    int64_t known = first.load();
    while (found < known && !first.compare_exchange_weak(known, found)) {
    }
  });
  return first.load() == size ? -1 : first.load();
}

/** First index in [0, size) of a label from `classes` on other than `also`, or -1. */
template <class Label>
int64_t first_beyond(const Label* labels, int64_t size, int classes, int also, const Workers& workers) {
  const auto limit = static_cast<Label>(classes);
  const auto allowed = static_cast<Label>(also);
  const auto bad = [&](int64_t i) { return labels[i] >= limit && labels[i] != allowed; };
  return first_of(size, workers, [&](int64_t begin, int64_t end) {
    // Without a way out of the inner loop it runs in vectors.
    constexpr int64_t piece = 4096;
    for (int64_t from = begin; from < end; from += piece) {
      const int64_t to = std::min(end, from + piece);
      Label found = 0;
      for (int64_t i = from; i < to; ++i) {
        found = static_cast<Label>(found | ((labels[i] >= limit) & (labels[i] != allowed) ? 1 : 0));
      }
      if (found == 0) continue;
      while (!bad(from)) ++from;
      return from;
    }
    return int64_t{-1};
  });
}

std::string class_range(int classes) { return "a class from 0 to " + std::to_string(classes - 1); }

}  // namespace

void check_probability(const Probability& probability, const std::string& field, int64_t size, const Workers& workers) {
  // Bytes are in range, whatever they are.
  if (probability.element == Element::uint8) return;
  const auto* values = static_cast<const float*>(probability.data);
  const int64_t index = first_of(size, workers, [&](int64_t begin, int64_t end) {
    const int64_t found = best_kernels().first_outside(values + begin, end - begin, -tolerance, 1.0f + tolerance);
    return found < 0 ? found : begin + found;
  });
  if (index >= 0) {
    throw InputError(field, index, "values from 0 to 1, or NaN", std::to_string(probability.at(index)));
  }
}

void check_case(const CaseData& data, const Workers& workers) {
  const int64_t size = data.dims.size();
  if (data.seeds != nullptr) {
    const int64_t index = first_beyond(data.seeds, size, data.classes, unmarked, workers);
    if (index >= 0) {
      throw InputError("seeds", index, class_range(data.classes) + ", or 255 for unmarked",
                       std::to_string(data.seeds[index]));
    }
  }
  // 0, which is below the limit anyway: no other label is allowed.
  constexpr int none = 0;
  const int64_t index = data.origin.bytes != nullptr ? first_beyond(data.origin.bytes, size, data.classes, none, workers)
                                                     : first_beyond(data.origin.words, size, data.classes, none, workers);
  if (index >= 0) {
    throw InputError("originLabel", index, class_range(data.classes), std::to_string(data.origin.at(index)));
  }
  check_probability(data.probability, "probability", size * data.classes, workers);
}

}  // namespace geoscribe
