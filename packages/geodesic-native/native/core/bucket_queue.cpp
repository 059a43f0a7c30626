#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/buckets.hpp"
#include "core/chunks.hpp"
#include "core/distance.hpp"
#include "core/step_cost.hpp"

namespace geoscribe {

namespace {

constexpr int64_t entries_between_reports = int64_t{1} << 16;
/** Entries that are looked at together: enough of them that memory answers while others are in work. */
constexpr std::size_t batch_size = 32;
constexpr std::size_t most_steps = 26;

template <class Index, bool one_channel>
class Spread {
 public:
  Spread(const Terrain& terrain, const ClassCost& cost, float* distance, const Control& control, const Settled& settled)
      : terrain_(terrain), cost_(cost), distance_(distance), control_(control), settled_(settled),
        size_(terrain.dims.size()), first_channel_(terrain.channels.front().get()),
        probability_bytes_(!cost.probability ? 0 : cost.probability.element == Element::uint8 ? 1 : 4),
        buckets_(BucketScale(smallest_step(cost))) {}

  void run(const std::vector<int64_t>& seeds) {
    for (const int64_t seed : seeds) {
      if ((terrain_.wall(seed) & not_finite) == 0) buckets_.push(0.0f, static_cast<Index>(seed));
    }
    buckets_.drain([&](const auto& entries) {
      const std::size_t count = entries.size();
      for (std::size_t i = 0; i < std::min(count, batch_size); ++i) fetch_distances(entries[i].voxel);
      for (std::size_t begin = 0; begin < count; begin += batch_size) {
        control_.check();
        tries_ = 0;
        for (std::size_t i = begin; i < std::min(count, begin + batch_size); ++i) {
          if (i + batch_size < count) fetch_distances(entries[i + batch_size].voxel);
          if (entries[i].distance == distance_[entries[i].voxel]) look_around(entries[i].distance, entries[i].voxel);
        }
        for (std::size_t i = 0; i < tries_; ++i) take(try_[i]);
      }
      report(static_cast<int64_t>(count));
    });
  }

 private:
  /** A step that may improve a voxel. */
  struct Try {
    float distance;
    float length_cost;
    Index from;
    Index to;
  };

  /** Entries done are a little more than voxels: some were filed twice. */
  void report(int64_t more) {
    done_ += more;
    if (!settled_ || done_ - reported_ < entries_between_reports) return;
    reported_ = done_;
    settled_(std::min(done_, size_));
  }

  /** Of the voxel and of the rows around it. */
  void fetch_distances(Index voxel) const {
    __builtin_prefetch(distance_ + voxel);
    for (const Step& step : cost_.steps) {
      const int64_t to = static_cast<int64_t>(voxel) + step.offset;
      if (step.dx == 0 && to >= 0 && to < size_) __builtin_prefetch(distance_ + to);
    }
  }

  /** Notes the steps that may improve a voxel, and fetches what their costs are made of. */
  void look_around(float distance, Index voxel) {
    const Dims& dims = terrain_.dims;
    const auto nx = static_cast<Index>(dims.x), ny = static_cast<Index>(dims.y);
    const Index row = voxel / nx, z = row / ny;
    const Voxel from{static_cast<int64_t>(voxel - row * nx), static_cast<int64_t>(row - z * ny),
                     static_cast<int64_t>(z)};
    const bool inner = from.x > 0 && from.x < dims.x - 1 && from.y > 0 && from.y < dims.y - 1 && from.z > 0 &&
                       from.z < dims.z - 1;
    const std::size_t before = tries_;
    for (const Step& step : cost_.steps) {
      if (!inner && !step.inside(dims, from)) continue;
      const int64_t to = static_cast<int64_t>(voxel) + step.offset;
      // No step costs less than its length does; most steps that improve nothing end here.
      if (!(distance + (step.length_cost + 1e-5f) < distance_[to])) continue;
      try_[tries_++] = {distance, step.length_cost, voxel, static_cast<Index>(to)};
      __builtin_prefetch(terrain_.walls.get() + to);
      __builtin_prefetch(first_channel_ + to);
      __builtin_prefetch(static_cast<const char*>(cost_.probability.data) + to * probability_bytes_);
    }
    if (tries_ > before) __builtin_prefetch(first_channel_ + voxel);
  }

  void take(const Try& chance) {
    const auto to = static_cast<int64_t>(chance.to);
    if (terrain_.wall(to) != open) return;
    const float entry = cost_.probability ? probability_cost(cost_.probability_weight, cost_.probability.at(to)) : 0.0f;
    const float candidate =
        chance.distance + step_cost(chance.length_cost, cost_.gradient_weight, difference(chance.from, to), entry);
    if (candidate < distance_[to] && candidate <= cost_.cutoff) {
      distance_[to] = candidate;
      buckets_.push(candidate, chance.to);
    }
  }

  float difference(Index u, int64_t v) const {
    if constexpr (one_channel) return std::fabs(first_channel_[v] - first_channel_[u]);
    return terrain_.difference(static_cast<int64_t>(u), v);
  }

  static float smallest_step(const ClassCost& cost) {
    float least = unreached;
    for (const Step& step : cost.steps) least = std::min(least, step.length_cost + 1e-5f);
    return least;
  }

  const Terrain& terrain_;
  const ClassCost& cost_;
  float* const distance_;
  const Control& control_;
  const Settled& settled_;
  const int64_t size_;
  const float* const first_channel_;
  const int64_t probability_bytes_;
  std::array<Try, batch_size * most_steps> try_;
  std::size_t tries_ = 0;
  Buckets<Index> buckets_;
  int64_t done_ = 0;
  int64_t reported_ = 0;
};

template <class Index>
void spread(const Terrain& terrain, const ClassCost& cost, const std::vector<int64_t>& seeds, float* distance,
            const Control& control, const Settled& settled) {
  if (terrain.channels.size() == 1) {
    Spread<Index, true>(terrain, cost, distance, control, settled).run(seeds);
  } else {
    Spread<Index, false>(terrain, cost, distance, control, settled).run(seeds);
  }
}

}  // namespace

void distance_by_bucket(const Terrain& terrain, const ClassCost& cost, const std::vector<int64_t>& seeds,
                        float* distance, const Control& control, const Settled& settled) {
  const int64_t size = terrain.dims.size();
  for_chunks(size, control,
             [&](int64_t begin, int64_t end) { std::fill(distance + begin, distance + end, unreached); });
  for (const int64_t seed : seeds) distance[seed] = 0.0f;
  if (size <= std::numeric_limits<uint32_t>::max()) {
    spread<uint32_t>(terrain, cost, seeds, distance, control, settled);
  } else {
    spread<int64_t>(terrain, cost, seeds, distance, control, settled);
  }
}

}  // namespace geoscribe
