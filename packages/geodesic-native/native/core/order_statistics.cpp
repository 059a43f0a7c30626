#include "core/order_statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <mutex>
#include <type_traits>

namespace geoscribe {

namespace {

constexpr int64_t chunk_size = int64_t{1} << 16;
constexpr std::size_t half_range = std::size_t{1} << 16;
constexpr std::size_t sign_bin = half_range / 2;
constexpr std::size_t infinity_bin = 0x7f80;

/** The raw values [at, at + count) of an integer channel, the values of a float channel; `buffer` holds converted ones. */
template <class Body>
void with_part(const Channel& channel, int64_t at, int64_t count, std::vector<float>& buffer, Body body) {
  with_elements(channel.data, channel.element, [&](const auto* raw) {
    if (std::is_same_v<decltype(raw), const float*> && !channel.plain()) {
      buffer.resize(static_cast<std::size_t>(count));
      channel.read(at, count, buffer.data());
      body(buffer.data(), count);
    } else {
      body(raw + at, count);
    }
  });
}

/** Sum of the counts in tables of `bins`, to which `count_into(part, length, table)` adds those of every part. */
template <class CountInto>
std::vector<int64_t> counted(const Channel& channel, int64_t size, std::size_t bins, const Workers& workers, CountInto count_into) {
  std::vector<int64_t> total(bins, 0);
  std::mutex mutex;
  // Few large shares: each has a table of its own.
  const int64_t shares = std::min<int64_t>((size + chunk_size - 1) / chunk_size, int64_t{4} * workers.threads);
  workers.run(shares, [&](int64_t share) {
    std::vector<int64_t> table(bins, 0);
    std::vector<float> buffer;
    const int64_t end = size * (share + 1) / shares;
    for (int64_t at = size * share / shares; at < end; at += chunk_size) {
      workers.control.check();
      with_part(channel, at, std::min(chunk_size, end - at), buffer,
                [&](const auto* part, int64_t length) { count_into(part, length, table.data()); });
    }
    std::lock_guard lock(mutex);
    for (std::size_t bin = 0; bin < bins; ++bin) total[bin] += table[bin];
  });
  return total;
}

std::size_t bin_of(float value) { return std::bit_cast<uint32_t>(value) >> 16; }

template <class Integer>
std::size_t bin_of(Integer value) {
  return static_cast<uint16_t>(value);
}

/** Counts of the lower halves of the floats whose upper halves are `bins`, one table after the other. */
std::vector<int64_t> lower_halves(const Channel& channel, int64_t size, const std::vector<std::size_t>& bins, const Workers& workers) {
  std::vector<uint8_t> table_of(half_range, 0);
  for (std::size_t i = 0; i < bins.size(); ++i) table_of[bins[i]] = static_cast<uint8_t>(i + 1);
  return counted(channel, size, bins.size() * half_range, workers, [&](const auto* part, int64_t length, int64_t* tables) {
    if constexpr (std::is_same_v<decltype(part), const float*>) {
      for (int64_t i = 0; i < length; ++i) {
        const auto bits = std::bit_cast<uint32_t>(part[i]);
        const std::size_t table = table_of[bits >> 16];
        if (table != 0) ++tables[(table - 1) * half_range + (bits & 0xffffu)];
      }
    }
  });
}

}  // namespace

OrderStatistics::OrderStatistics(const Channel& channel, int64_t size, const Workers& workers)
    : channel_(channel), size_(size) {
  counts_ = counted(channel, size, half_range, workers, [](const auto* part, int64_t length, int64_t* table) {
    for (int64_t i = 0; i < length; ++i) ++table[bin_of(part[i])];
  });
  for (std::size_t bin = 0; bin < half_range; ++bin) {
    if (counts_[bin] > 0 && holds_finite(bin)) count_ += counts_[bin];
  }
}

std::size_t OrderStatistics::bin_at(std::size_t i) const {
  // Of floats: the negative ones backwards, then the positive ones.
  if (floats()) return i < sign_bin ? half_range - 1 - i : i - sign_bin;
  const std::size_t raw = channel_.scale < 0.0 ? half_range - 1 - i : i;
  return channel_.element == Element::int16 ? raw ^ sign_bin : raw;
}

bool OrderStatistics::holds_finite(std::size_t bin) const {
  return floats() ? (bin & infinity_bin) != infinity_bin : std::isfinite(value_of(bin));
}

float OrderStatistics::value_of(std::size_t bin) const {
  const auto raw = static_cast<uint16_t>(bin);
  const double value = channel_.element == Element::int16 ? static_cast<int16_t>(raw) : raw;
  return static_cast<float>(value * channel_.scale + channel_.offset);
}

std::vector<float> OrderStatistics::values(const std::vector<int64_t>& ranks, const Workers& workers) const {
  std::vector<std::size_t> bins;
  std::vector<int64_t> rest;
  for (int64_t rank : ranks) {
    std::size_t i = 0;
    for (;; ++i) {
      const std::size_t bin = bin_at(i);
      if (counts_[bin] == 0 || !holds_finite(bin)) continue;
      if (rank < counts_[bin]) break;
      rank -= counts_[bin];
    }
    bins.push_back(bin_at(i));
    rest.push_back(rank);
  }
  std::vector<float> found;
  if (!floats()) {
    for (const std::size_t bin : bins) found.push_back(value_of(bin));
    return found;
  }
  std::vector<std::size_t> distinct = bins;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  const auto lower = lower_halves(channel_, size_, distinct, workers);
  for (std::size_t r = 0; r < bins.size(); ++r) {
    const auto table = static_cast<std::size_t>(std::lower_bound(distinct.begin(), distinct.end(), bins[r]) - distinct.begin());
    std::size_t i = 0;
    const auto half_at = [&](std::size_t at) { return bins[r] < sign_bin ? at : half_range - 1 - at; };
    while (rest[r] >= lower[table * half_range + half_at(i)]) rest[r] -= lower[table * half_range + half_at(i++)];
    found.push_back(std::bit_cast<float>(static_cast<uint32_t>(bins[r] << 16 | half_at(i))));
  }
  return found;
}

}  // namespace geoscribe
