#include "core/order_statistics.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <functional>
#include <map>
#include <mutex>

namespace geoscribe {

namespace {

constexpr int64_t chunk_size = int64_t{1} << 18;
constexpr std::size_t half_range = std::size_t{1} << 16;
using Counts = std::vector<int64_t>;

/** Unsigned integers in the order of the floats: negative ones mirrored, positive ones above them. */
uint32_t key_of(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  return (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
}

float value_of(uint32_t key) {
  return std::bit_cast<float>((key & 0x80000000u) != 0 ? key & 0x7fffffffu : ~key);
}

void for_chunks(int64_t size, const Workers& workers, const std::function<void(int64_t, int64_t)>& body) {
  const int64_t chunks = (size + chunk_size - 1) / chunk_size;
  // Few large shares: each owns a table of counts.
  const int64_t shares = std::min<int64_t>(chunks, workers.threads);
  workers.run(shares, [&](int64_t share) { body(size * share / shares, size * (share + 1) / shares); });
}

/** Sum of the counts that `count_into` adds for each part of the values. */
Counts histogram(const float* values, int64_t size, const Workers& workers,
                 const std::function<void(const float*, int64_t, Counts&)>& count_into) {
  Counts total(half_range, 0);
  std::mutex mutex;
  for_chunks(size, workers, [&](int64_t begin, int64_t end) {
    Counts counts(half_range, 0);
    for (int64_t at = begin; at < end; at += chunk_size) {
      workers.control.check();
      count_into(values + at, std::min(chunk_size, end - at), counts);
    }
    std::lock_guard lock(mutex);
    for (std::size_t bin = 0; bin < half_range; ++bin) total[bin] += counts[bin];
  });
  return total;
}

/** The bin that holds the rank; `rank` becomes the rank inside the bin. */
std::size_t bin_of_rank(const Counts& counts, int64_t& rank) {
  std::size_t bin = 0;
  while (rank >= counts[bin]) rank -= counts[bin++];
  return bin;
}

}  // namespace

int64_t count_finite(const float* values, int64_t size, const Workers& workers) {
  std::atomic<int64_t> total{0};
  for_chunks(size, workers, [&](int64_t begin, int64_t end) {
    int64_t count = 0;
    for (int64_t at = begin; at < end; at += chunk_size) {
      workers.control.check();
      count += std::count_if(values + at, values + std::min(end, at + chunk_size), [](float v) { return std::isfinite(v); });
    }
    total += count;
  });
  return total;
}

std::vector<float> values_of_rank(const float* values, int64_t size, const std::vector<int64_t>& ranks,
                                  const Workers& workers) {
  const Counts upper = histogram(values, size, workers, [](const float* part, int64_t length, Counts& counts) {
    for (int64_t i = 0; i < length; ++i) {
      if (std::isfinite(part[i])) ++counts[key_of(part[i]) >> 16];
    }
  });
  std::map<std::size_t, Counts> lower;
  std::vector<float> found;
  for (int64_t rank : ranks) {
    const std::size_t bin = bin_of_rank(upper, rank);
    if (!lower.contains(bin)) {
      lower[bin] = histogram(values, size, workers, [bin](const float* part, int64_t length, Counts& counts) {
        for (int64_t i = 0; i < length; ++i) {
          const uint32_t key = key_of(part[i]);
          if ((key >> 16) == bin && std::isfinite(part[i])) ++counts[key & 0xffffu];
        }
      });
    }
    const std::size_t low = bin_of_rank(lower[bin], rank);
    found.push_back(value_of(static_cast<uint32_t>((bin << 16) | low)));
  }
  return found;
}

}  // namespace geoscribe
