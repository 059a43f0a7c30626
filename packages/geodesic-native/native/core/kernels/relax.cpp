#include "core/kernels/relax.hpp"

#include "core/kernels/vec.hpp"

namespace geoscribe::GEOSCRIBE_ISA {

namespace {

constexpr int vectors = static_cast<int>(tile_x) / lanes;
constexpr int nx = static_cast<int>(tile_x);
constexpr int ny = static_cast<int>(tile_y);
constexpr int nz = static_cast<int>(tile_z);
constexpr float infinite = __builtin_inff();
constexpr float not_a_number = __builtin_nanf("");
constexpr float epsilon = 1e-5f;

/** A row of the work arrays: interior rows have y and z from 1, 0 and the last are the halo. */
constexpr int row_at(int z, int y) { return (y + work_rows_y * z) * work_pitch + work_margin; }

/**
 * Brings one tile to the fixed point: no step inside it, or into it from outside, improves a voxel.
 *
 * Rows are relaxed best first, in batches of rows whose least improvement is nearly the same: along x to the row's own
 * fixed point, then into the rows around. A row is copied into the work arrays when it is first needed.
 */
template <bool all_26, bool many_channels>
class Relaxation {
 public:
  Relaxation(const WorkArrays& work, TileVisit& visit) : work_(work), visit_(visit) {}

  void run() {
    for (int row = 0; row < tile_rows; ++row) key_[row] = infinite;
    for (int n = 0; n < around; ++n) {
      visit_.outward[n] = {};
      visit_.outward_key[n] = infinite;
    }
    visit_.newly_reached = 0;
    begin();
    relax();
    while (prefetched_ < tile_rows) prefetch_row();
    finish();
  }

 private:
  /** What has changed outside comes in. */
  void begin() {
    for (int half = 0; half < 2; ++half) {
      for (uint64_t left = visit_.pending.words[half]; left != 0; left &= left - 1) {
        const int row = 64 * half + __builtin_ctzll(left);
        const int z = row / ny + 1, y = row % ny + 1;
        if (z > visit_.extent[2] || y > visit_.extent[1]) continue;
        need(z, y);
        float key = visit_.renewed ? least_of(z, y) : infinite;
        key = lesser(key, pulled(z, y));
        key_[row] = key;
      }
    }
  }

  float pulled(int z, int y) {
    float key = infinite;
    for (int dz = -1; dz <= 1; ++dz) {
      for (int dy = -1; dy <= 1; ++dy) {
        if (dy == 0 && dz == 0) continue;
        if (!all_26 && dy != 0 && dz != 0) continue;
        const int from_z = z + dz, from_y = y + dy;
        if (cut_off(from_z, from_y)) continue;
        const int side = tile_of(from_z, from_y);
        if (side == own) {
          // Six neighbours: only what is outside is new. Otherwise a voxel beside the row's end may be.
          if (!all_26) continue;
        } else if (visit_.distance[side] == nullptr && !(all_26 && beside(side))) {
          continue;
        }
        need(from_z, from_y);
        Vec d[vectors];
        read(d, work_.distance + row_at(from_z, from_y));
        key = lesser(key, push(d, row_at(from_z, from_y), row_at(z, y), -dy, -dz));
      }
    }
    return lesser(key, pulled_along_x(z, y));
  }

  /** Whether the tile left or right of the one at `side` has distances. */
  bool beside(int side) const { return visit_.distance[side - 1] != nullptr || visit_.distance[side + 1] != nullptr; }

  /** The row itself is relaxed later; here it is only found out whether its ends can improve. */
  float pulled_along_x(int z, int y) const {
    const int at = row_at(z, y);
    const float* d = work_.distance + at;
    const float left = d[-1] + edge_cost(at - 1, at, neighbour_index(1, 0, 0), work_.node_cost[at]);
    const float right = d[nx] + edge_cost(at + nx, at + nx - 1, neighbour_index(-1, 0, 0), work_.node_cost[at + nx - 1]);
    float key = infinite;
    if (left < d[0]) key = left;
    if (right < d[nx - 1]) key = lesser(key, right);
    return key;
  }

  void relax() {
    const Vec span = all(visit_.batch_span);
    for (;;) {
      Vec least = load(key_);
      for (int row = lanes; row < tile_rows; row += lanes) least = smaller(least, load(key_ + row));
      const float first = least_lane(least);
      if (first == infinite) return;
      const Vec limit = all(first) + span;
      RowSet batch;
      for (int row = 0; row < tile_rows; row += lanes) {
        const unsigned after = less(limit, load(key_ + row));
        batch.words[row >> 6] |= static_cast<uint64_t>(~after & ((1u << lanes) - 1u)) << (row & 63);
      }
      // Forwards and backwards in turn: whichever way the front runs, every second batch runs with it.
      forwards_ = !forwards_;
      if (forwards_) {
        for (int half = 0; half < 2; ++half) {
          for (uint64_t left = batch.words[half]; left != 0; left &= left - 1) relax_row(64 * half + __builtin_ctzll(left));
        }
      } else {
        for (int half = 1; half >= 0; --half) {
          for (uint64_t left = batch.words[half]; left != 0;) {
            const int bit = 63 - __builtin_clzll(left);
            left &= ~(uint64_t{1} << bit);
            relax_row(64 * half + bit);
          }
        }
      }
    }
  }

  void relax_row(int row) {
    key_[row] = infinite;
    changed_.add(row);
    prefetch_row();
    const int z = row / ny + 1, y = row % ny + 1;
    float* stored = visit_.distance[own] + (y - 1) * visit_.distance_row + (z - 1) * visit_.distance_plane;
    __builtin_prefetch(stored, 1);
    __builtin_prefetch(stored + 16, 1);
    const int at = row_at(z, y);
    Vec d[vectors];
    read(d, work_.distance + at);
    relax_along_x(d, at);
    if (z > 1) spread(d, at, z, y, -1);
    spread(d, at, z, y, 0);
    if (z < visit_.extent[2]) spread(d, at, z, y, 1);
  }

  /** Into the rows of the plane z + dz. */
  void spread(const Vec* d, int at, int z, int y, int dz) {
    for (int dy = -1; dy <= 1; ++dy) {
      if (dy == 0 && dz == 0) continue;
      if (!all_26 && dy != 0 && dz != 0) continue;
      const int to_y = y + dy;
      if (to_y < 1 || to_y > visit_.extent[1]) continue;
      need(z + dz, to_y);
      float& key = key_[RowSet::index(z + dz - 1, to_y - 1)];
      key = lesser(key, push(d, at, row_at(z + dz, to_y), dy, dz));
    }
  }

  /** One voxel further at a time, in both directions, until nothing improves. */
  void relax_along_x(Vec* d, int at) {
    float* row = work_.distance + at;
    const Vec from_left = all(visit_.length_cost[neighbour_index(1, 0, 0)]);
    const Vec from_right = all(visit_.length_cost[neighbour_index(-1, 0, 0)]);
    Vec up[vectors], down[vectors];
    for (int i = 0; i < vectors; ++i) {
      const int here = at + i * lanes;
      const Vec entry = load(work_.node_cost + here);
      up[i] = cost(from_left, difference(here - 1, here), entry);
      down[i] = cost(from_right, difference(here + 1, here), entry);
    }
    const Vec left = load(row - lanes), right = load(row + nx);
    for (;;) {
      Vec a[vectors], b[vectors];
      for (int i = 0; i < vectors; ++i) {
        a[i] = shifted_up(i > 0 ? d[i - 1] : left, d[i]) + up[i];
        b[i] = shifted_down(d[i], i < vectors - 1 ? d[i + 1] : right) + down[i];
      }
      unsigned improved = 0;
      for (int i = 0; i < vectors; ++i) {
        const Vec next = smaller(smaller(d[i], a[i]), b[i]);
        improved |= less(next, d[i]);
        d[i] = next;
      }
      if (improved == 0) break;
    }
    for (int i = 0; i < vectors; ++i) store(row + i * lanes, d[i]);
  }

  /** From one row (its distances in `d`) into another by steps (., dy, dz). @returns the least improvement */
  float push(const Vec* d, int from, int to, int dy, int dz) {
    Vec best = all(infinite);
    float* target = work_.distance + to;
    const Vec left = all_26 ? load(work_.distance + from - lanes) : Vec{};
    const Vec right = all_26 ? load(work_.distance + from + nx) : Vec{};
    const Vec straight = all(visit_.length_cost[neighbour_index(0, dy, dz)]);
    const Vec oblique = all(visit_.length_cost[neighbour_index(1, dy, dz)]);
    for (int i = 0; i < vectors; ++i) {
      const int step = i * lanes;
      const Vec entry = load(work_.node_cost + to + step);
      const Vec before = load(target + step);
      Vec next = smaller(before, d[i] + cost(straight, difference(from + step, to + step), entry));
      if constexpr (all_26) {
        const Vec below = shifted_up(i > 0 ? d[i - 1] : left, d[i]);
        const Vec above = shifted_down(d[i], i < vectors - 1 ? d[i + 1] : right);
        next = smaller(next, below + cost(oblique, difference(from + step - 1, to + step), entry));
        next = smaller(next, above + cost(oblique, difference(from + step + 1, to + step), entry));
      }
      best = smaller(best, next < before ? next : all(infinite));
      store(target + step, next);
    }
    return least_lane(best);
  }

  /** ((k + w_g |dI|) + w_p (1 - p)) + 1e-5, every operation rounded, in this order: see step_cost.hpp. */
  Vec cost(Vec length, Vec difference, Vec entry) const {
    return ((length + all(visit_.gradient_weight) * difference) + entry) + all(epsilon);
  }

  /** Greatest |dI| over the channels between the voxels from `u` on and those from `v` on. */
  Vec difference(int u, int v) const {
    Vec greatest = absolute(load(work_.intensity + v) - load(work_.intensity + u));
    if constexpr (many_channels) {
      for (int c = 1; c < visit_.channels; ++c) {
        const float* channel = work_.intensity + c * work_size;
        const Vec here = absolute(load(channel + v) - load(channel + u));
        greatest = greatest < here ? here : greatest;
      }
    }
    return greatest;
  }

  float edge_cost(int u, int v, int step, float entry) const {
    float greatest = 0.0f;
    for (int c = 0; c < visit_.channels; ++c) {
      const float* channel = work_.intensity + c * work_size;
      const float here = __builtin_fabsf(channel[v] - channel[u]);
      // Not the greater of both: NaN, a wall, has to come through.
      if (!(here <= greatest)) greatest = here;
    }
    return ((visit_.length_cost[step] + visit_.gradient_weight * greatest) + entry) + epsilon;
  }

  static float lesser(float a, float b) { return b < a ? b : a; }

  static void read(Vec* to, const float* from) {
    for (int i = 0; i < vectors; ++i) to[i] = load(from + i * lanes);
  }

  float least_of(int z, int y) const {
    Vec least = all(infinite);
    for (int i = 0; i < nx; i += lanes) least = smaller(least, load(work_.distance + row_at(z, y) + i));
    const float found = least_lane(least);
    return found < visit_.beyond ? found : infinite;
  }

  /** Whether a work row lies where the volume's end cuts the tile short. */
  bool cut_off(int z, int y) const {
    return (y > visit_.extent[1] && y <= ny) || (z > visit_.extent[2] && z <= nz);
  }

  /** Index of the tile, in y and z, that a work row lies in. */
  static int tile_of(int z, int y) {
    return neighbour_index(0, y < 1 ? -1 : y > ny ? 1 : 0, z < 1 ? -1 : z > nz ? 1 : 0);
  }

  void need(int z, int y) {
    uint32_t& plane = loaded_[z];
    if ((plane >> y & 1u) != 0) return;
    plane |= 1u << y;
    copy_row(z, y, tile_of(z, y));
  }

  void copy_row(int z, int y, int side) {
    const int at = row_at(z, y);
    // Row and plane inside the tile at `side`.
    const int in_y = (y - 1 + ny) % ny, in_z = (z - 1 + nz) % nz;
    const bool distances = visit_.distance[side] != nullptr && (side != own || visit_.stored);
    float* d = work_.distance + at;
    const int64_t stored = in_y * visit_.distance_row + in_z * visit_.distance_plane;
    const int64_t smooth = in_y * visit_.intensity_row + in_z * visit_.intensity_plane;
    const int count = visit_.extent[0];
    // A tile without distances may have no intensities yet: nothing comes from it, whatever they are.
    const bool intensities = side == own || distances;
    for (int c = 0; c < visit_.channels; ++c) {
      float* channel = work_.intensity + c * work_size + at;
      if (intensities) {
        copy(channel, visit_.intensity[side] + c * visit_.intensity_channel + smooth, count, 0.0f);
      } else {
        fill(channel, 0.0f);
      }
    }
    if (distances) {
      copy(d, visit_.distance[side] + stored, count, infinite);
      const Vec beyond = all(visit_.beyond);
      for (int i = 0; i < nx; i += lanes) store(d + i, smaller(load(d + i), beyond));
    } else {
      fill(d, visit_.beyond);
    }
    if (intensities) {
      copy_node_costs(z, y, at, count);
    } else {
      fill(work_.node_cost + at, not_a_number);
    }
    if (side != own && !all_26) return;
    copy_end(at - 1, visit_.distance[side - 1], visit_.intensity[side - 1], stored + nx - 1, smooth + nx - 1);
    copy_end(at + nx, visit_.distance[side + 1], visit_.intensity[side + 1], stored, smooth);
  }

  /** The voxel beside a row's end, in the tile to the left or right. */
  void copy_end(int at, const float* distance, const float* intensity, int64_t stored, int64_t smooth) {
    const bool known = distance != nullptr;
    work_.distance[at] = known ? lesser(visit_.beyond, distance[stored]) : visit_.beyond;
    for (int c = 0; c < visit_.channels; ++c) {
      work_.intensity[c * work_size + at] = known ? intensity[c * visit_.intensity_channel + smooth] : 0.0f;
    }
  }

  static void fill(float* to, float value) {
    for (int i = 0; i < nx; i += lanes) store(to + i, all(value));
  }

  static void copy(float* to, const float* from, int count, float rest) {
    if (count == nx) {
      for (int i = 0; i < nx; i += lanes) store(to + i, load(from + i));
    } else {
      for (int i = 0; i < nx; ++i) to[i] = i < count ? from[i] : rest;
    }
  }

  /** w_p (1 - p), NaN where no step may enter. */
  void copy_node_costs(int z, int y, int at, int count) {
    float* entry = work_.node_cost + at;
    const int64_t offset = (y - 1) * visit_.volume_row + (z - 1) * visit_.volume_plane;
    if (visit_.probability != nullptr) {
      copy(entry, visit_.probability + offset, count, not_a_number);
    } else if (visit_.probability_bytes != nullptr) {
      for (int i = 0; i < nx; ++i) {
        entry[i] = i < count ? static_cast<float>(visit_.probability_bytes[offset + i]) / 255.0f : not_a_number;
      }
    } else {
      for (int i = 0; i < nx; ++i) entry[i] = i < count ? 1.0f : not_a_number;
    }
    const Vec weight = all(visit_.probability_weight), one = all(1.0f), zero{};
    for (int i = 0; i < nx; i += lanes) {
      const Vec p = load(entry + i);
      const Vec clamped = p < zero ? zero : p > one ? one : p;
      store(entry + i, weight * (one - clamped));
    }
    if (visit_.gate_low != nullptr) close_gate(entry, at);
    if (visit_.mask != nullptr) {
      for (int i = 0; i < count; ++i) {
        if (visit_.mask[offset + i] == 0) entry[i] = not_a_number;
      }
    }
  }

  void close_gate(float* entry, int at) const {
    const Vec closed = all(not_a_number);
    for (int c = 0; c < visit_.channels; ++c) {
      const float* channel = work_.intensity + c * work_size + at;
      const Vec low = all(visit_.gate_low[c]), high = all(visit_.gate_high[c]);
      for (int i = 0; i < nx; i += lanes) {
        const Vec smooth = load(channel + i);
        const IntVec admitted = (low <= smooth) & (smooth <= high);
        store(entry + i, admitted ? load(entry + i) : closed);
      }
    }
  }

  /** One voxel outside the tile: w_p (1 - p), or NaN. */
  float node_cost_at(int64_t offset, const float* intensity, int64_t smooth) const {
    float p = 1.0f;
    if (visit_.probability != nullptr) p = visit_.probability[offset];
    if (visit_.probability_bytes != nullptr) p = static_cast<float>(visit_.probability_bytes[offset]) / 255.0f;
    const float clamped = p < 0.0f ? 0.0f : p > 1.0f ? 1.0f : p;
    if (visit_.mask != nullptr && visit_.mask[offset] == 0) return not_a_number;
    if (visit_.gate_low != nullptr) {
      for (int c = 0; c < visit_.channels; ++c) {
        const float value = intensity[c * visit_.intensity_channel + smooth];
        if (!(visit_.gate_low[c] <= value && value <= visit_.gate_high[c])) return not_a_number;
      }
    }
    return visit_.probability_weight * (1.0f - clamped);
  }

  /** Changed rows go back, and the tiles around hear what may improve in them. */
  void finish() {
    visit_.wrote = !changed_.empty();
    for (int half = 0; half < 2; ++half) {
      for (uint64_t left = changed_.words[half]; left != 0; left &= left - 1) {
        const int row = 64 * half + __builtin_ctzll(left);
        write_row(row / ny, row % ny);
        tell_around(row / ny + 1, row % ny + 1);
      }
    }
  }

  void write_row(int z, int y) {
    const float* d = work_.distance + row_at(z + 1, y + 1);
    float* stored = visit_.distance[own] + y * visit_.distance_row + z * visit_.distance_plane;
    const Vec beyond = all(visit_.beyond), unreached = all(infinite);
    const int count = visit_.extent[0];
    int reached = 0;
    if (count == nx) {
      for (int i = 0; i < nx; i += lanes) {
        if (visit_.stored) reached -= __builtin_popcount(less(load(stored + i), beyond));
        const Vec value = load(d + i);
        reached += __builtin_popcount(less(value, beyond));
        store(stored + i, value < beyond ? value : unreached);
      }
    } else {
      for (int i = 0; i < count; ++i) {
        if (visit_.stored && stored[i] < visit_.beyond) --reached;
        if (d[i] < visit_.beyond) ++reached;
        stored[i] = d[i] < visit_.beyond ? d[i] : infinite;
      }
    }
    visit_.newly_reached += reached;
  }

  void tell_around(int z, int y) {
    for (int dz = -1; dz <= 1; ++dz) {
      for (int dy = -1; dy <= 1; ++dy) {
        if (!all_26 && dy != 0 && dz != 0) continue;
        const int to_z = z + dz, to_y = y + dy;
        if (cut_off(to_z, to_y)) continue;
        const int side = tile_of(to_z, to_y);
        if (side != own && visit_.exists[side]) tell_row(z, y, dy, dz, side);
        if (!all_26 && (dy != 0 || dz != 0)) continue;
        if (visit_.exists[side - 1]) tell_end(z, y, -1, dy, dz, side - 1);
        if (visit_.exists[side + 1]) tell_end(z, y, 1, dy, dz, side + 1);
      }
    }
  }

  void tell(int side, int to_z, int to_y, float key) {
    if (!(key < visit_.beyond)) return;
    visit_.outward[side].add(RowSet::index((to_z - 1 + nz) % nz, (to_y - 1 + ny) % ny));
    visit_.outward_key[side] = lesser(visit_.outward_key[side], key);
  }

  void tell_row(int z, int y, int dy, int dz, int side) {
    const int to_z = z + dz, to_y = y + dy;
    const int from = row_at(z, y), to = row_at(to_z, to_y);
    Vec d[vectors];
    read(d, work_.distance + from);
    if (visit_.distance[side] != nullptr) {
      if (!may_improve(d, side, to_z, to_y)) return;
      need(to_z, to_y);
      // The halo is thrown away afterwards: pushing into it costs no more than looking.
      tell(side, to_z, to_y, push(d, from, to, dy, dz));
      return;
    }
    // Nothing is known of that tile yet: the least that a step costs.
    const Vec step = all(visit_.length_cost[neighbour_index(0, dy, dz)] + epsilon);
    Vec least = all(infinite);
    for (int i = 0; i < vectors; ++i) least = smaller(least, d[i] + step);
    tell(side, to_z, to_y, least_lane(least));
  }

  /** Whether the least that a step costs would shorten a distance of a row outside; a look at few bytes. */
  bool may_improve(const Vec* d, int side, int z, int y) const {
    if (all_26 || visit_.extent[0] < nx) return true;
    const float* stored = visit_.distance[side] + (y - 1 + ny) % ny * visit_.distance_row + (z - 1 + nz) % nz * visit_.distance_plane;
    const Vec step = all(visit_.length_cost[neighbour_index(0, y < 1 || y > ny ? 1 : 0, z < 1 || z > nz ? 1 : 0)] + epsilon);
    unsigned improved = 0;
    for (int i = 0; i < vectors; ++i) improved |= less(d[i] + step, load(stored + i * lanes));
    return improved != 0;
  }

  void tell_end(int z, int y, int dx, int dy, int dz, int side) {
    const int to_z = z + dz, to_y = y + dy;
    const int from = row_at(z, y) + (dx < 0 ? 0 : nx - 1);
    const int step = neighbour_index(dx, dy, dz);
    const float d = work_.distance[from];
    if (visit_.distance[side] == nullptr) {
      tell(side, to_z, to_y, d + (visit_.length_cost[step] + epsilon));
      return;
    }
    // The end of the row itself is at hand: most often the least cost of the step is too much already.
    if (!all_26 && !(d + (visit_.length_cost[step] + epsilon) < work_.distance[from + dx])) return;
    const int in_y = (to_y - 1 + ny) % ny, in_z = (to_z - 1 + nz) % nz, in_x = dx < 0 ? nx - 1 : 0;
    const int64_t smooth = in_x + in_y * visit_.intensity_row + in_z * visit_.intensity_plane;
    const float* intensity = visit_.intensity[side];
    const int64_t offset = (dx < 0 ? -1 : nx) + (to_y - 1) * visit_.volume_row + (to_z - 1) * visit_.volume_plane;
    float greatest = 0.0f;
    for (int c = 0; c < visit_.channels; ++c) {
      const float here = __builtin_fabsf(intensity[c * visit_.intensity_channel + smooth] - work_.intensity[c * work_size + from]);
      if (!(here <= greatest)) greatest = here;
    }
    const float entry = node_cost_at(offset, intensity, smooth);
    const float candidate = d + (((visit_.length_cost[step] + visit_.gradient_weight * greatest) + entry) + epsilon);
    const float stored = visit_.distance[side][in_x + in_y * visit_.distance_row + in_z * visit_.distance_plane];
    if (candidate < lesser(visit_.beyond, stored)) tell(side, to_z, to_y, candidate);
  }

  /** One more row of the tile that is likely next, while this one is computed. */
  void prefetch_row() {
    if (prefetched_ >= tile_rows) return;
    const int64_t offset = (prefetched_ % ny) * visit_.volume_row + (prefetched_ / ny) * visit_.volume_plane;
    ++prefetched_;
    if (visit_.next_intensity != nullptr) {
      __builtin_prefetch(visit_.next_intensity + offset);
      __builtin_prefetch(visit_.next_intensity + offset + 16);
      if (visit_.next_left != nullptr) __builtin_prefetch(visit_.next_intensity + (offset - 1));
      if (visit_.next_right != nullptr) __builtin_prefetch(visit_.next_intensity + (offset + nx));
    }
    if (visit_.next_probability != nullptr) {
      __builtin_prefetch(visit_.next_probability + offset);
      __builtin_prefetch(visit_.next_probability + offset + 16);
    }
    // The voxels beside the row's ends lie in lines of their own.
    if (visit_.next_left != nullptr) __builtin_prefetch(visit_.next_left + (offset - 1));
    if (visit_.next_right != nullptr) __builtin_prefetch(visit_.next_right + (offset + nx));
  }

  const WorkArrays work_;
  TileVisit& visit_;
  /** By row: the least of its distances that has not been passed on yet; +Infinity = none. */
  alignas(64) float key_[tile_rows];
  RowSet changed_;
  /** By plane of work rows: a bit for each row that has been copied. */
  uint32_t loaded_[work_rows_z] = {};
  int prefetched_ = 0;
  bool forwards_ = false;
};

}  // namespace

void relax_tile(const WorkArrays& work, TileVisit& visit) {
  if (visit.neighbours == 26) {
    if (visit.channels == 1) {
      Relaxation<true, false>(work, visit).run();
    } else {
      Relaxation<true, true>(work, visit).run();
    }
  } else if (visit.channels == 1) {
    Relaxation<false, false>(work, visit).run();
  } else {
    Relaxation<false, true>(work, visit).run();
  }
}

}  // namespace geoscribe::GEOSCRIBE_ISA
