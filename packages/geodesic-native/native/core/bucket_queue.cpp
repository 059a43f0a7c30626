#include <algorithm>
#include <cmath>
#include <limits>

#include "core/bucket_scale.hpp"
#include "core/chunks.hpp"
#include "core/distance.hpp"
#include "core/step_cost.hpp"

namespace geoscribe {

namespace {

constexpr std::size_t entries_between_checks = 1024;
constexpr int64_t entries_between_reports = int64_t{1} << 16;
/** Entries whose voxels are fetched before they are needed. */
constexpr std::size_t fetched_ahead = 8;

/** Voxels waiting to be passed on, in buckets of distances. */
template <class Index>
class Buckets {
 public:
  struct Entry {
    float distance;
    Index voxel;
  };
  using Bucket = std::vector<Entry>;

  Buckets(const BucketScale& scale, float greatest) : scale_(scale), buckets_(scale.bucket_of(greatest) + 1) {}

  void push(float distance, Index voxel) {
    Bucket& bucket = buckets_[scale_.bucket_of(distance)];
    if (bucket.capacity() == 0 && !spare_.empty()) {
      bucket.swap(spare_.back());
      spare_.pop_back();
    }
    bucket.push_back({distance, voxel});
  }

  /** Calls `pass_on` with the nearest bucket's entries until none is left; new entries may be pushed meanwhile. */
  template <class PassOn>
  void drain(PassOn pass_on) {
    Bucket entries;
    for (std::size_t nearest = 0; nearest < buckets_.size(); ++nearest) {
      while (!buckets_[nearest].empty()) {
        entries.swap(buckets_[nearest]);
        pass_on(entries);
        entries.clear();
      }
      if (buckets_[nearest].capacity() > 0) spare_.push_back(std::move(buckets_[nearest]));
    }
  }

 private:
  const BucketScale scale_;
  std::vector<Bucket> buckets_;
  /** Empty ones that keep their memory. */
  std::vector<Bucket> spare_;
};

template <class Index, bool one_channel>
class Spread {
 public:
  Spread(const Terrain& terrain, const ClassCost& cost, float* distance, const Control& control, const Settled& settled)
      : terrain_(terrain), cost_(cost), distance_(distance), control_(control), settled_(settled),
        first_channel_(terrain.channels.front().get()),
        buckets_(BucketScale(smallest_step(cost)), std::min(cost.cutoff, std::numeric_limits<float>::max())) {}

  void run(const std::vector<int64_t>& seeds) {
    for (const int64_t seed : seeds) {
      if ((terrain_.wall(seed) & not_finite) == 0) buckets_.push(0.0f, static_cast<Index>(seed));
    }
    buckets_.drain([&](const auto& entries) {
      for (std::size_t i = 0; i < entries.size(); ++i) {
        if (i % entries_between_checks == 0) control_.check();
        if (i + fetched_ahead < entries.size()) fetch(entries[i + fetched_ahead].voxel);
        if (entries[i].distance == distance_[entries[i].voxel]) pass_on(entries[i].distance, entries[i].voxel);
      }
      report(static_cast<int64_t>(entries.size()));
    });
  }

 private:
  /** Entries done are a little more than voxels: some were filed twice. */
  void report(int64_t more) {
    done_ += more;
    if (!settled_ || done_ - reported_ < entries_between_reports) return;
    reported_ = done_;
    settled_(std::min(done_, terrain_.dims.size()));
  }

  void fetch(Index voxel) const {
    for (const Step& step : cost_.steps) {
      if (step.dx != 0) continue;
      const int64_t to = static_cast<int64_t>(voxel) + step.offset;
      __builtin_prefetch(distance_ + to);
      __builtin_prefetch(first_channel_ + to);
    }
    __builtin_prefetch(distance_ + voxel);
    __builtin_prefetch(first_channel_ + voxel);
  }

  void pass_on(float distance, Index voxel) {
    const Dims& dims = terrain_.dims;
    const auto nx = static_cast<Index>(dims.x), ny = static_cast<Index>(dims.y);
    const Index row = voxel / nx, z = row / ny;
    const Voxel from{static_cast<int64_t>(voxel - row * nx), static_cast<int64_t>(row - z * ny), static_cast<int64_t>(z)};
    for (const Step& step : cost_.steps) {
      if (!step.inside(dims, from)) continue;
      const int64_t to = static_cast<int64_t>(voxel) + step.offset;
      // No step costs less than its length does; most steps that improve nothing end here.
      const float known = distance_[to];
      if (!(distance + (step.length_cost + 1e-5f) < known)) continue;
      if (terrain_.wall(to) != open) continue;
      const float entry =
          cost_.probability ? probability_cost(cost_.probability_weight, cost_.probability.at(to)) : 0.0f;
      const float candidate = distance + step_cost(step.length_cost, cost_.gradient_weight, difference(voxel, to), entry);
      if (candidate < known && candidate <= cost_.cutoff) {
        distance_[to] = candidate;
        buckets_.push(candidate, static_cast<Index>(to));
      }
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
  const float* const first_channel_;
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

void distance_by_bucket(const Terrain& terrain, const ClassCost& cost, const std::vector<int64_t>& seeds, float* distance,
                        const Control& control, const Settled& settled) {
  const int64_t size = terrain.dims.size();
  for_chunks(size, control, [&](int64_t begin, int64_t end) { std::fill(distance + begin, distance + end, unreached); });
  for (const int64_t seed : seeds) distance[seed] = 0.0f;
  if (size <= std::numeric_limits<uint32_t>::max()) {
    spread<uint32_t>(terrain, cost, seeds, distance, control, settled);
  } else {
    spread<int64_t>(terrain, cost, seeds, distance, control, settled);
  }
}

}  // namespace geoscribe
