#include "core/edge_bands.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/bit_rows.hpp"

namespace geoscribe {

namespace {

/** The region around a box as rows of bits. */
class Region {
 public:
  Region(const Dims& dims, const EdgeBands& bands, const Box& box)
      : dims_(dims), bands_(bands), box_(box), region_(grown(box, bands.reach(), dims)), rows_(region_) {}

  void cap(const uint8_t* label, const uint8_t* focus, float* confidence, const Control& control) {
    focus_ = rows_.empty_set();
    front_ = rows_.empty_set();
    for_rows([&](int64_t row, int64_t first) {
      for (int64_t word = 0; word < rows_.words(); ++word) find_edges(label, focus, row, word, first);
    });
    BitRows::Set seen = front_, next = rows_.empty_set();
    for (std::size_t band = 0;; ++band) {
      control.check();
      cap_front(confidence, bands_.caps[band]);
      if (band + 1 == bands_.caps.size()) return;
      if (!spread(seen, next)) return;
      std::swap(front_, next);
    }
  }

 private:
  /** Calls `body(row, flat index of its first voxel)`. */
  template <class Body>
  void for_rows(Body body) const {
    int64_t row = 0;
    for (int64_t z = region_.begin.z; z < region_.end.z; ++z) {
      for (int64_t y = region_.begin.y; y < region_.end.y; ++y, ++row) {
        body(row, region_.begin.x + dims_.x * (y + dims_.y * z));
      }
    }
  }

  void find_edges(const uint8_t* label, const uint8_t* focus, int64_t row, int64_t word, int64_t first) {
    const int64_t x = region_.begin.x + 64 * word;
    const int64_t count = std::min<int64_t>(64, region_.end.x - x);
    const int64_t at = first + 64 * word;
    const uint64_t inside = packed_bits(focus + at, count);
    rows_.word(focus_, row, word) = inside;
    if (inside == 0) return;
    const uint8_t* here = label + at;
    uint64_t edges = 0;
    const auto against = [&](bool exists, int64_t step) {
      if (exists) edges |= different_bytes(here, here + step, count);
    };
    const int64_t y = at / dims_.x % dims_.y, z = at / dims_.plane();
    if (bands_.axes[0]) {
      edges |= different_bytes(here, here + 1, std::min(count, dims_.x - 1 - x));
      edges |= x > 0 ? different_bytes(here, here - 1, count) : different_bytes(here + 1, here, count - 1) << 1;
    }
    if (bands_.axes[1]) {
      against(y > 0, -dims_.x);
      against(y + 1 < dims_.y, dims_.x);
    }
    if (bands_.axes[2]) {
      against(z > 0, -dims_.plane());
      against(z + 1 < dims_.z, dims_.plane());
    }
    rows_.word(front_, row, word) = edges & inside;
  }

  /** `next`: focus voxels beside the front that have not been seen. @returns whether there is one */
  bool spread(BitRows::Set& seen, BitRows::Set& next) const {
    uint64_t found = 0;
    const int64_t ny = region_.end.y - region_.begin.y, nz = region_.end.z - region_.begin.z;
    for (int64_t z = 0; z < nz; ++z) {
      for (int64_t y = 0; y < ny; ++y) {
        const int64_t row = y + ny * z;
        for (int64_t word = 0; word < rows_.words(); ++word) {
          uint64_t& seen_here = rows_.word(seen, row, word);
          const uint64_t free = rows_.word(focus_, row, word) & ~seen_here;
          uint64_t reached = 0;
          if (free != 0) {
            if (bands_.axes[0]) reached |= rows_.beside(front_, row, word);
            if (bands_.axes[1] && y > 0) reached |= rows_.word(front_, row - 1, word);
            if (bands_.axes[1] && y + 1 < ny) reached |= rows_.word(front_, row + 1, word);
            if (bands_.axes[2] && z > 0) reached |= rows_.word(front_, row - ny, word);
            if (bands_.axes[2] && z + 1 < nz) reached |= rows_.word(front_, row + ny, word);
            reached &= free;
          }
          rows_.word(next, row, word) = reached;
          seen_here |= reached;
          found |= reached;
        }
      }
    }
    return found != 0;
  }

  void cap_front(float* confidence, float cap) const {
    const uint64_t* bits = front_.data();
    for_rows([&](int64_t row, int64_t first) {
      const int64_t y = first / dims_.x % dims_.y, z = first / dims_.plane();
      if (y < box_.begin.y || y >= box_.end.y || z < box_.begin.z || z >= box_.end.z) return;
      for (int64_t word = 0; word < rows_.words(); ++word) {
        const int64_t from = box_.begin.x - region_.begin.x - 64 * word, to = box_.end.x - region_.begin.x - 64 * word;
        uint64_t left = bits[row * rows_.words() + word] & lowest_bits(to) & ~lowest_bits(from);
        for (; left != 0; left &= left - 1) {
          float& here = confidence[first + 64 * word + std::countr_zero(left)];
          here = std::min(here, cap);
        }
      }
    });
  }

  const Dims& dims_;
  const EdgeBands& bands_;
  const Box box_;
  const Box region_;
  const BitRows rows_;
  BitRows::Set focus_, front_;
};

}  // namespace

Voxel EdgeBands::reach() const {
  const auto along = [&](std::size_t axis) { return axes[axis] ? static_cast<int64_t>(caps.size()) : 0; };
  return {along(0), along(1), along(2)};
}

Box grown(const Box& box, const Voxel& by, const Dims& dims) {
  return {{std::max<int64_t>(0, box.begin.x - by.x), std::max<int64_t>(0, box.begin.y - by.y), std::max<int64_t>(0, box.begin.z - by.z)},
          {std::min(dims.x, box.end.x + by.x), std::min(dims.y, box.end.y + by.y), std::min(dims.z, box.end.z + by.z)}};
}

void cap_beside_edges(const Dims& dims, const EdgeBands& bands, const uint8_t* label, const uint8_t* focus,
                      float* confidence, const Box& box, const Control& control) {
  if (!bands.caps.empty()) Region(dims, bands, box).cap(label, focus, confidence, control);
}

}  // namespace geoscribe
