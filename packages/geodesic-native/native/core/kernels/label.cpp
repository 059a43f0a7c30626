#include "core/kernels/label.hpp"

#include "core/kernels/exp32.hpp"
#include "core/kernels/rows.hpp"
#include "core/kernels/vec.hpp"
#include "core/tiles.hpp"

namespace geoscribe::GEOSCRIBE_ISA {

namespace {

constexpr float probability_floor = 1e-4f;
constexpr int unmarked_seed = 255;

inline Vec larger(Vec a, Vec b) { return b > a ? b : a; }
inline IntVec all_integers(int value) { return value - IntVec{}; }

/** One vector of voxels. */
struct Result {
  IntVec label;
  Vec confidence;
  IntVec focus;
};

class Labels {
 public:
  explicit Labels(LabelTile& tile) : tile_(tile) {}

  void run() {
    for (int64_t z = 0; z < tile_.nz; ++z) {
      for (int64_t y = 0; y < tile_.ny; ++y) label_row(tile_.row * y + tile_.plane * z, tile_x * (y + tile_y * z));
    }
    tile_.focus_voxels = sum_of(focus_);
    tile_.flipped_voxels = sum_of(flipped_);
    tile_.confidence_sum = sum_.total();
  }

 private:
  void label_row(int64_t at, int64_t in_block) {
    for (int64_t x = 0; x < tile_.nx; x += lanes) {
      at_ = at + x;
      in_block_ = in_block + x;
      count_ = tile_.nx - x < lanes ? static_cast<int>(tile_.nx - x) : lanes;
      existing_ = lane_numbers() < count_;
      label_voxels();
    }
    sum_.add(tile_.confidence + at, tile_.nx);
  }

  void label_voxels() {
    origin_ = tile_.origin_bytes != nullptr ? load_integers(tile_.origin_bytes + at_, count_)
                                            : load_integers(tile_.origin_words + at_, count_);
    Result result = by_rule();
    if (tile_.seeds != nullptr) {
      const IntVec seed = load_integers(tile_.seeds + at_, count_);
      const IntVec drawn = (seed != unmarked_seed) & existing_;
      result.label = drawn ? seed : result.label;
      result.focus |= drawn;
    }
    focus_ -= result.focus;
    flipped_ -= (result.label != origin_) & existing_;
    store_bytes(tile_.label + at_, result.label, count_);
    store_part(tile_.confidence + at_, result.confidence, count_);
    store_bytes(tile_.focus + at_, result.focus & 1, count_);
  }

  Result by_rule() {
    if (tile_.rule == LabelRule::fixed) return {origin_, all(tile_.fixed_confidence), IntVec{}};
    if (tile_.rule == LabelRule::origin) return outside_posterior();
    look_at_distances();
    const IntVec focus = (greatest_ > tile_.focus_threshold) & existing_;
    if (tile_.rule == LabelRule::reference) return reference(focus);
    if (!any(focus)) return outside_posterior();
    const Result inside = posterior(focus);
    if (!any(~focus & existing_)) return inside;
    const Result outside = outside_posterior();
    return {focus ? inside.label : outside.label, focus ? inside.confidence : outside.confidence, focus};
  }

  static IntVec lane_numbers() {
    IntVec numbers;
    for (int lane = 0; lane < lanes; ++lane) numbers[lane] = lane;
    return numbers;
  }

  /** G of every class that has distances; the greatest and the second greatest of all, and their sum. */
  void look_at_distances() {
    greatest_ = second_ = total_ = Vec{};
    for (int k = 0; k < tile_.reached; ++k) {
      const Vec distance = load(tile_.distance[k] + in_block_);
      if (less(distance, all(__builtin_inff())) == 0) {
        influence_[k] = Vec{};
        continue;
      }
      const Vec g = influence(distance, tile_.tau);
      influence_[k] = g;
      second_ = larger(second_, smaller(greatest_, g));
      greatest_ = larger(greatest_, g);
      total_ = total_ + g;
    }
  }

  /** Clamped to [0, 1], 0 where the network gave NaN. */
  Vec certainty(int c) const {
    const int64_t at = tile_.volume * c + at_;
    Vec p;
    if (tile_.probability.element == Element::uint8) {
      const auto* bytes = static_cast<const uint8_t*>(tile_.probability.data);
      p = __builtin_convertvector(load_integers(bytes + at, count_), Vec) / 255.0f;
    } else {
      p = load_part<Vec>(static_cast<const float*>(tile_.probability.data) + at, count_);
    }
    return p > 0.0f ? smaller(all(1.0f), p) : Vec{};
  }

  Vec certainty_of_origin() const {
    const int first = origin_[0];
    if (!any((origin_ != first) & existing_)) return certainty(first);
    Vec p{};
    for (int c = 0; c < tile_.classes; ++c) {
      const IntVec here = origin_ == c;
      if (any(here)) p = here ? certainty(c) : p;
    }
    return p;
  }

  Result outside_posterior() const { return {origin_, 0.5f * certainty_of_origin(), IntVec{}}; }

  Result posterior(IntVec focus) const {
    const Vec strongest = tile_.beta * greatest_;
    const Vec without = tile_.reached < tile_.classes ? exp32(Vec{} - strongest) : Vec{};
    Vec best = all(-1.0f), p_best{}, g_best{};
    IntVec label{};
    for (int c = 0, k = 0; c < tile_.classes; ++c) {
      Vec g{}, factor = without;
      if (k < tile_.reached && tile_.reached_class[k] == c) {
        g = influence_[k++];
        factor = exp32(tile_.beta * g - strongest);
      }
      const Vec p = certainty(c);
      const Vec weight = larger(p, all(probability_floor)) * factor;
      const IntVec better = weight > best;
      best = better ? weight : best;
      label = better ? all_integers(c) : label;
      p_best = better ? p : p_best;
      g_best = better ? g : g_best;
    }
    const Vec rival = g_best == greatest_ ? second_ : greatest_;
    return {label, larger(g_best, (0.5f * p_best) * (1.0f - rival)), focus};
  }

  Result reference(IntVec focus) const {
    Vec best = all(-1.0f);
    IntVec label{};
    for (int c = 0, k = 0; c < tile_.classes; ++c) {
      const Vec g = k < tile_.reached && tile_.reached_class[k] == c ? influence_[k++] : Vec{};
      const Vec score = certainty(c) + 2.0f * g;
      const IntVec better = score > best;
      best = better ? score : best;
      label = better ? all_integers(c) : label;
    }
    const Vec half = 0.5f * (best - total_);
    const Vec outside = half > 0.0f ? smaller(all(1.0f), half) : Vec{};
    return {focus ? label : origin_, focus ? greatest_ : outside, focus};
  }

  LabelTile& tile_;
  /** Of the vector at hand: voxel, place in the blocks, how many lanes there are. */
  int64_t at_ = 0;
  int64_t in_block_ = 0;
  int count_ = 0;
  /** -1 in lanes of voxels that the row has. */
  IntVec existing_{};
  IntVec origin_{};
  Vec greatest_{}, second_{}, total_{};
  Vec influence_[most_classes];

  IntVec focus_{}, flipped_{};
  RowSum sum_;
};

void set_on_seeds(const uint8_t* seeds, int64_t count, float* confidence) {
  for (int64_t x = 0; x < count; x += 8) {
    uint64_t eight = ~uint64_t{0};
    const int64_t length = count - x < 8 ? count - x : 8;
    __builtin_memcpy(&eight, seeds + x, static_cast<unsigned long>(length));
    if (eight == ~uint64_t{0}) continue;
    for (int64_t i = x; i < x + length; ++i) {
      if (seeds[i] != unmarked_seed) confidence[i] = 1.0f;
    }
  }
}

}  // namespace

void label_tile(LabelTile& tile) { Labels(tile).run(); }

void finish_tile(LabelTile& tile) {
  RowSum sum;
  for (int64_t z = 0; z < tile.nz; ++z) {
    for (int64_t y = 0; y < tile.ny; ++y) {
      const int64_t at = tile.row * y + tile.plane * z;
      if (tile.seeds != nullptr) set_on_seeds(tile.seeds + at, tile.nx, tile.confidence + at);
      sum.add(tile.confidence + at, tile.nx);
    }
  }
  tile.confidence_sum = sum.total();
}

}  // namespace geoscribe::GEOSCRIBE_ISA
