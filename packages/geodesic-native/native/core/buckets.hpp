#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "core/bucket_scale.hpp"

namespace geoscribe {

/** Voxels waiting to be passed on, in buckets of distances. */
template <class Index>
class Buckets {
 public:
  struct Entry {
    float distance;
    Index voxel;
  };
  using Bucket = std::vector<Entry>;

  explicit Buckets(const BucketScale& scale) : scale_(scale) {}

  void push(float distance, Index voxel) {
    const std::size_t at = scale_.bucket_of(distance);
    if (at >= buckets_.size()) buckets_.resize(at + 1);
    Bucket& bucket = buckets_[at];
    if (bucket.capacity() == 0 && !spare_.empty()) {
      bucket.swap(spare_.back());
      spare_.pop_back();
    }
    bucket.push_back({distance, voxel});
  }

  /**
   * Calls `pass_on` with the nearest bucket's entries until none is left. What it pushes meanwhile lies no nearer than
   * the entry it comes from, so never before the bucket at hand; what falls into that one is handed out again.
   */
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

}  // namespace geoscribe
