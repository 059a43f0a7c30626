#include "core/seeds.hpp"

#include <algorithm>
#include <cstring>

namespace geoscribe {

namespace {

constexpr int64_t chunk_size = int64_t{1} << 20;

}  // namespace

std::vector<std::vector<int64_t>> seeds_by_class(const uint8_t* seed_map, int64_t size, const std::vector<uint8_t>& classes,
                                                 const Workers& workers) {
  constexpr int none = -1;
  std::vector<int> index_of(256, none);
  for (std::size_t c = 0; c < classes.size(); ++c) index_of[classes[c]] = static_cast<int>(c);
  const int64_t chunks = (size + chunk_size - 1) / chunk_size;
  std::vector<std::vector<std::vector<int64_t>>> found(static_cast<std::size_t>(chunks));
  workers.run(chunks, [&](int64_t chunk) {
    auto& here = found[static_cast<std::size_t>(chunk)];
    here.resize(classes.size());
    const int64_t end = std::min(size, (chunk + 1) * chunk_size);
    // Most of a seed map is one value that means nothing here: eight equal bytes are passed over at once.
    uint64_t quiet = ~uint64_t{0};
    for (int64_t v = chunk * chunk_size; v < end; v += 8) {
      const int64_t count = std::min<int64_t>(8, end - v);
      uint64_t eight = 0;
      std::memcpy(&eight, seed_map + v, static_cast<std::size_t>(count));
      if (count == 8 && eight == quiet) continue;
      bool found_any = false;
      for (int64_t i = v; i < v + count; ++i) {
        const int c = index_of[seed_map[i]];
        if (c == none) continue;
        here[static_cast<std::size_t>(c)].push_back(i);
        found_any = true;
      }
      if (!found_any && count == 8) quiet = eight;
    }
  });
  std::vector<std::vector<int64_t>> seeds(classes.size());
  for (const auto& chunk : found) {
    for (std::size_t c = 0; c < seeds.size(); ++c) seeds[c].insert(seeds[c].end(), chunk[c].begin(), chunk[c].end());
  }
  return seeds;
}

std::vector<std::vector<int64_t>> seeds_of_classes(const CaseData& data, const Workers& workers) {
  std::vector<uint8_t> classes;
  for (int c = 0; c < data.classes; ++c) classes.push_back(static_cast<uint8_t>(c));
  return seeds_by_class(data.seeds, data.dims.size(), classes, workers);
}

}  // namespace geoscribe
