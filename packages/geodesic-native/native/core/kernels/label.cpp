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
  explicit Labels(const LabelRun& run) : run_(run), tiles_(static_cast<int>((run.nx + tile_x - 1) / tile_x)) {}

  void run() {
    for (int64_t z = 0; z < run_.nz; ++z) {
      for (int64_t y = 0; y < run_.ny; ++y) {
        const int64_t first = run_.row * y + run_.plane * z;
        for (int t = 0; t < tiles_; ++t) {
          const int64_t x = tile_x * t;
          label_row(t, first + x, run_.nx - x < tile_x ? run_.nx - x : tile_x, tile_x * (y + tile_y * z));
        }
      }
    }
    for (int t = 0; t < tiles_; ++t) {
      run_.counts[t] = {sum_of(focus_[t]), sum_of(flipped_[t]), sum_[t].total()};
    }
  }

 private:
  /** A row of one tile. */
  void label_row(int t, int64_t first, int64_t nx, int64_t in_block) {
    tile_ = &run_.distances[t];
    seeded_ = run_.seeds != nullptr && (tile_->reached > 0 || !spreads());
    for (int64_t x = 0; x < nx; x += lanes) {
      at_ = first + x;
      in_block_ = in_block + x;
      count_ = nx - x < lanes ? static_cast<int>(nx - x) : lanes;
      existing_ = lane_numbers() < count_;
      const Result result = label_voxels();
      focus_[t] -= result.focus;
      flipped_[t] -= (result.label != origin_) & existing_;
      store_bytes(run_.label + at_, result.label, count_);
      store_part(run_.confidence + at_, result.confidence, count_);
      store_bytes(run_.focus + at_, result.focus & 1, count_);
    }
    sum_[t].add(run_.confidence + first, nx);
  }

  bool spreads() const { return run_.rule == LabelRule::posterior || run_.rule == LabelRule::reference; }

  Result label_voxels() {
    origin_ = run_.origin_bytes != nullptr ? load_integers(run_.origin_bytes + at_, count_)
                                           : load_integers(run_.origin_words + at_, count_);
    Result result = by_rule();
    if (seeded_) {
      const IntVec seed = load_integers(run_.seeds + at_, count_);
      const IntVec drawn = (seed != unmarked_seed) & existing_;
      result.label = drawn ? seed : result.label;
      result.focus |= drawn;
    }
    return result;
  }

  Result by_rule() {
    if (run_.rule == LabelRule::fixed) return {origin_, all(run_.fixed_confidence), IntVec{}};
    if (run_.rule == LabelRule::origin) return outside_posterior();
    look_at_distances();
    const IntVec focus = (greatest_ > run_.focus_threshold) & existing_;
    if (run_.rule == LabelRule::reference) return reference(focus);
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
    for (int k = 0; k < tile_->reached; ++k) {
      const float* at = tile_->distance[k] + in_block_;
      // Rows of many blocks are read in turns: more than the CPU sees through.
      __builtin_prefetch(at + 2 * tile_x);
      const Vec distance = load(at);
      if (less(distance, all(__builtin_inff())) == 0) {
        influence_[k] = Vec{};
        continue;
      }
      const Vec g = influence(distance, run_.tau);
      influence_[k] = g;
      second_ = larger(second_, smaller(greatest_, g));
      greatest_ = larger(greatest_, g);
      total_ = total_ + g;
    }
  }

  /** Clamped to [0, 1], 0 where the network gave NaN. */
  Vec certainty(int c) const {
    const int64_t at = run_.volume * c + at_;
    Vec p;
    if (run_.probability.element == Element::uint8) {
      const auto* bytes = static_cast<const uint8_t*>(run_.probability.data);
      p = __builtin_convertvector(load_integers(bytes + at, count_), Vec) / 255.0f;
    } else {
      p = load_part<Vec>(static_cast<const float*>(run_.probability.data) + at, count_);
    }
    return p > 0.0f ? smaller(all(1.0f), p) : Vec{};
  }

  Vec certainty_of_origin() const {
    const int first = origin_[0];
    if (!any((origin_ != first) & existing_)) return certainty(first);
    Vec p{};
    for (int c = 0; c < run_.classes; ++c) {
      const IntVec here = origin_ == c;
      if (any(here)) p = here ? certainty(c) : p;
    }
    return p;
  }

  Result outside_posterior() const { return {origin_, 0.5f * certainty_of_origin(), IntVec{}}; }

  Result posterior(IntVec focus) const {
    Vec strongest{};
    for (int k = 0; k < tile_->reached; ++k) strongest = larger(strongest, run_.beta[tile_->reached_class[k]] * influence_[k]);
    const Vec without = tile_->reached < run_.classes ? exp32(Vec{} - strongest) : Vec{};
    Vec best = all(-1.0f), p_best{}, g_best{};
    IntVec label{};
    for (int c = 0, k = 0; c < run_.classes; ++c) {
      Vec g{}, factor = without;
      if (k < tile_->reached && tile_->reached_class[k] == c) {
        g = influence_[k++];
        factor = exp32(run_.beta[c] * g - strongest);
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
    for (int c = 0, k = 0; c < run_.classes; ++c) {
      const Vec g = k < tile_->reached && tile_->reached_class[k] == c ? influence_[k++] : Vec{};
      const Vec score = certainty(c) + 2.0f * g;
      const IntVec better = score > best;
      best = better ? score : best;
      label = better ? all_integers(c) : label;
    }
    const Vec half = 0.5f * (best - total_);
    const Vec outside = half > 0.0f ? smaller(all(1.0f), half) : Vec{};
    return {focus ? label : origin_, focus ? greatest_ : outside, focus};
  }

  const LabelRun& run_;
  const int tiles_;
  /** Of the row at hand. */
  const TileDistances* tile_ = nullptr;
  bool seeded_ = false;
  /** Of the vector at hand: voxel, place in the blocks, how many lanes there are. */
  int64_t at_ = 0;
  int64_t in_block_ = 0;
  int count_ = 0;
  /** -1 in lanes of voxels that the row has. */
  IntVec existing_{};
  IntVec origin_{};
  Vec greatest_{}, second_{}, total_{};
  Vec influence_[most_classes];

  /** By tile. */
  IntVec focus_[most_run_tiles]{}, flipped_[most_run_tiles]{};
  RowSum sum_[most_run_tiles];
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

void label_run(const LabelRun& run) { Labels(run).run(); }

void finish_run(const LabelRun& run) {
  RowSum sums[most_run_tiles];
  for (int64_t z = 0; z < run.nz; ++z) {
    for (int64_t y = 0; y < run.ny; ++y) {
      const int64_t first = run.row * y + run.plane * z;
      if (run.seeds != nullptr) set_on_seeds(run.seeds + first, run.nx, run.confidence + first);
      for (int64_t x = 0; x < run.nx; x += tile_x) {
        sums[x / tile_x].add(run.confidence + first + x, run.nx - x < tile_x ? run.nx - x : tile_x);
      }
    }
  }
  for (int64_t x = 0; x < run.nx; x += tile_x) run.counts[x / tile_x].confidence_sum = sums[x / tile_x].total();
}

}  // namespace geoscribe::GEOSCRIBE_ISA
