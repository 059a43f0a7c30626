#include "core/kernels/smooth.hpp"

#include "core/kernels/vec.hpp"
#include "core/tiles.hpp"

namespace geoscribe::GEOSCRIBE_ISA {

namespace {

/** The piece's values with a halo of one voxel: 0 where there is no voxel, or none that is finite. */
constexpr int rows = static_cast<int>(tile_y) + 2;
constexpr int planes = static_cast<int>(tile_z) + 2;
constexpr int pitch = (static_cast<int>(tile_x) + 2 + lanes - 1) / lanes * lanes;
constexpr uint32_t infinity_bits = 0x7f800000;

using BitVec = uint32_t __attribute__((vector_size(lanes * 4)));

struct Window {
  alignas(64) float values[planes * rows * pitch];
  /** 1 where a finite voxel is, else 0; filled in where some voxel is not finite. */
  alignas(64) float finite[planes * rows * pitch];

  float* row(int y, int z) { return values + pitch * (y + rows * z); }
};

template <class Raw>
void read_row(const SmoothPiece& piece, int64_t begin, int count, float* output) {
  const Raw* raw = static_cast<const Raw*>(piece.data) + begin;
  if (piece.plain) {
    for (int i = 0; i < count; ++i) output[i] = static_cast<float>(raw[i]);
  } else {
    for (int i = 0; i < count; ++i) {
      output[i] = static_cast<float>(static_cast<double>(raw[i]) * piece.scale + piece.offset);
    }
  }
}

void read_row(const SmoothPiece& piece, int64_t begin, int count, float* output) {
  switch (piece.element) {
    case Element::int16: return read_row<int16_t>(piece, begin, count, output);
    case Element::uint16: return read_row<uint16_t>(piece, begin, count, output);
    case Element::uint8: return read_row<uint8_t>(piece, begin, count, output);
    case Element::float32: return read_row<float>(piece, begin, count, output);
  }
}

/** Rows of a tile are too short for the CPU to see what comes next. */
void prefetch_row(const SmoothPiece& piece, int64_t begin, int count) {
  const int size = piece.element == Element::float32 ? 4 : piece.element == Element::uint8 ? 1 : 2;
  const char* first = static_cast<const char*>(piece.data) + begin * size;
  for (int byte = 0; byte < count * size; byte += 64) __builtin_prefetch(first + byte);
  __builtin_prefetch(first + count * size - 1);
}

void read_window(const SmoothPiece& piece, Window& window) {
  const int64_t x0 = piece.x > 0 ? piece.x - 1 : 0;
  const int64_t x1 = piece.x + piece.cx < piece.nx ? piece.x + piece.cx + 1 : piece.nx;
  const int first = static_cast<int>(x0 - (piece.x - 1));
  for (int z = 0; z < piece.cz + 2; ++z) {
    const int64_t at_z = piece.z - 1 + z;
    for (int y = 0; y < piece.cy + 2; ++y) {
      const int64_t at_y = piece.y - 1 + y;
      float* row = window.row(y, z);
      for (int i = 0; i < pitch; ++i) row[i] = 0.0f;
      if (at_y < 0 || at_y >= piece.ny || at_z < 0 || at_z >= piece.nz) continue;
      if (at_z + 1 < piece.nz && z + 1 < piece.cz + 2) {
        prefetch_row(piece, x0 + piece.nx * (at_y + piece.ny * (at_z + 1)), static_cast<int>(x1 - x0));
      }
      read_row(piece, x0 + piece.nx * (at_y + piece.ny * at_z), static_cast<int>(x1 - x0), row + first);
    }
  }
}

/** Biased exponents of the greatest and the least value that is not 0; of what is not finite, if there is any. */
struct Exponents {
  int greatest;
  int least;

  bool finite() const { return greatest < 255; }
};

Exponents exponents_of(const SmoothPiece& piece, Window& window) {
  BitVec greatest{};
  BitVec least = ~BitVec{};
  for (int z = 0; z < piece.cz + 2; ++z) {
    const float* begin = window.row(0, z);
    for (int i = 0; i < (piece.cy + 2) * pitch; i += lanes) {
      const BitVec size = reinterpret_cast<BitVec>(load(begin + i)) & 0x7fffffffu;
      greatest = size > greatest ? size : greatest;
      // 0 becomes the greatest integer.
      const BitVec less_one = size - 1u;
      least = less_one < least ? less_one : least;
    }
  }
  uint32_t top = 0, bottom = 0xffffffffu;
  for (int lane = 0; lane < lanes; ++lane) {
    top = greatest[lane] > top ? greatest[lane] : top;
    bottom = least[lane] < bottom ? least[lane] : bottom;
  }
  if (top == 0) return {1, 1};
  const int low = static_cast<int>((bottom + 1u) >> 23);
  return {static_cast<int>(top >> 23), low > 0 ? low : 1};
}

/** Values that are not finite become 0 and are left out of `finite`, as are voxels beyond the volume. */
void leave_out_broken(const SmoothPiece& piece, Window& window) {
  for (int z = 0; z < piece.cz + 2; ++z) {
    for (int y = 0; y < piece.cy + 2; ++y) {
      float* row = window.row(y, z);
      float* finite = window.finite + (row - window.values);
      const int64_t at_y = piece.y - 1 + y, at_z = piece.z - 1 + z;
      const bool exists = at_y >= 0 && at_y < piece.ny && at_z >= 0 && at_z < piece.nz;
      for (int i = 0; i < pitch; ++i) {
        const int64_t at_x = piece.x - 1 + i;
        uint32_t bits;
        __builtin_memcpy(&bits, row + i, sizeof bits);
        const bool kept = exists && at_x >= 0 && at_x < piece.nx && (bits & infinity_bits) != infinity_bits;
        finite[i] = kept ? 1.0f : 0.0f;
        if (!kept) row[i] = 0.0f;
      }
    }
  }
}

/** Every lane has what was `by` lanes above in `value` and, beyond its end, in `next`. */
template <int by, class Integers, class V>
V shuffled(V value, V next) {
  Integers from;
  for (unsigned long lane = 0; lane < sizeof(V) / sizeof(value[0]); ++lane) from[lane] = static_cast<int>(lane) + by;
  return __builtin_shuffle(value, next, from);
}

/** Sums in float32: exact for integers. */
struct Single {
  using Element = float;
  using V = Vec;
  static constexpr int step = lanes;
  static V at(const float* from) { return load(from); }
  static V sum_at(const Element* from) { return load(from); }
  static void keep(Element* to, V value) { store(to, value); }
  static Vec rounded(V value) { return value; }
  template <int by>
  static V above(V value, V next) {
    return shuffled<by, IntVec>(value, next);
  }
};

/** Sums in float64. */
struct Double {
  using Element = double;
  using V = double __attribute__((vector_size(lanes * 4)));
  using Unaligned = double __attribute__((vector_size(lanes * 4), aligned(8)));
  using Half = float __attribute__((vector_size(lanes * 2)));
  using UnalignedHalf = float __attribute__((vector_size(lanes * 2), aligned(4)));
  static constexpr int step = lanes / 2;
  static V at(const float* from) {
    return __builtin_convertvector(*reinterpret_cast<const UnalignedHalf*>(from), V);
  }
  static V sum_at(const Element* from) { return *reinterpret_cast<const Unaligned*>(from); }
  static void keep(Element* to, V value) { *reinterpret_cast<Unaligned*>(to) = value; }
  static Half rounded(V value) { return __builtin_convertvector(value, Half); }
  template <int by>
  static V above(V value, V next) {
    return shuffled<by, int64_t __attribute__((vector_size(lanes * 4)))>(value, next);
  }
};

struct Whole {
  template <class V>
  V operator()(V value) const { return value; }
};

/** Multiples of a quantum q, and what is left: `magic` = 1.5 * 2^52 q, below which every float64 is a multiple of q. */
struct High {
  double magic;
  template <class V>
  V operator()(V value) const { return (value + magic) - magic; }
};

struct Low {
  double magic;
  template <class V>
  V operator()(V value) const { return value - ((value + magic) - magic); }
};

/** Sums of 3x3x3 windows for planes that come one after the other. */
template <class A, class Part>
class Sums {
 public:
  explicit Sums(Part part) : part_(part) {}

  void add_plane(const float* plane, int z, int cy) {
    typename A::Element* sums = by_plane_[z % 3];
    for (int i = 0; i < cy * pitch; i += A::step) {
      const float* from = plane + i;
      A::keep(sums + i, (part_(A::at(from)) + part_(A::at(from + pitch))) + part_(A::at(from + 2 * pitch)));
    }
  }

  /** Row y of the middle of the last three planes. */
  void begin_row(int y) {
    row_ = y * pitch;
    here_ = columns(0);
  }

  /** The windows from x on; x grows by a vector from 0. */
  typename A::V window(int x) {
    const typename A::V next = columns(x + A::step);
    const typename A::V sum = (here_ + A::template above<1>(here_, next)) + A::template above<2>(here_, next);
    here_ = next;
    return sum;
  }

 private:
  typename A::V columns(int x) const {
    const int at = row_ + x;
    return (A::sum_at(by_plane_[0] + at) + A::sum_at(by_plane_[1] + at)) + A::sum_at(by_plane_[2] + at);
  }

  Part part_;
  alignas(64) typename A::Element by_plane_[3][static_cast<int>(tile_y) * pitch];
  /** The row at hand, and the sums over its columns that the next window begins with. */
  int row_ = 0;
  typename A::V here_{};
};

int in_window(int64_t at, int64_t size) { return 1 + (at > 0 ? 1 : 0) + (at + 1 < size ? 1 : 0); }

/** Voxels in the windows of a row: the product of what each axis has. */
struct Counts {
  explicit Counts(const SmoothPiece& piece) {
    for (int x = 0; x < pitch; ++x) along_x[x] = static_cast<float>(in_window(piece.x + x, piece.nx));
  }

  alignas(64) float along_x[pitch];
};

template <class A, class V>
void put(const SmoothPiece& piece, int x, V mean, float* row) {
  if (x + A::step <= piece.cx) {
    __builtin_memcpy(row + x, &mean, sizeof mean);
  } else {
    __builtin_memcpy(row + x, &mean, static_cast<unsigned long>(piece.cx - x) * sizeof(float));
  }
}

/** Every window has all the voxels that exist. `total` adds the parts up. */
template <class A, class... Parts>
void mean_of_all(const SmoothPiece& piece, Window& window, Parts... parts) {
  const Counts counts(piece);
  const auto means = [&](auto&... sums) {
    for (int z = 0; z < piece.cz + 2; ++z) {
      (sums.add_plane(window.row(0, z), z, static_cast<int>(piece.cy)), ...);
      if (z < 2) continue;
      for (int y = 0; y < piece.cy; ++y) {
        (sums.begin_row(y), ...);
        const auto others = static_cast<float>(in_window(piece.y + y, piece.ny) * in_window(piece.z + z - 2, piece.nz));
        float* row = piece.output + piece.row * y + piece.plane * (z - 2);
        for (int x = 0; x < piece.cx; x += A::step) {
          put<A>(piece, x, A::rounded((sums.window(x) + ...) / (A::at(counts.along_x + x) * others)), row);
        }
      }
    }
  };
  [&](Sums<A, Parts>... sums) { means(sums...); }(Sums<A, Parts>(parts)...);
}

/** Some voxels are not finite: their number is a sum over the window too. */
template <class... Parts>
void mean_of_finite(const SmoothPiece& piece, Window& window, Parts... parts) {
  const auto means = [&](auto& counts, auto&... sums) {
    for (int z = 0; z < piece.cz + 2; ++z) {
      const float* plane = window.row(0, z);
      (sums.add_plane(plane, z, static_cast<int>(piece.cy)), ...);
      counts.add_plane(window.finite + (plane - window.values), z, static_cast<int>(piece.cy));
      if (z < 2) continue;
      for (int y = 0; y < piece.cy; ++y) {
        (sums.begin_row(y), ...);
        counts.begin_row(y);
        const float* finite = window.finite + pitch * (y + 1 + rows * (z - 1)) + 1;
        float* row = piece.output + piece.row * y + piece.plane * (z - 2);
        for (int x = 0; x < piece.cx; x += Double::step) {
          // 0 / 0 is NaN where the voxel itself is not finite.
          const Double::V own = Double::at(finite + x);
          put<Double>(piece, x, Double::rounded((own * (sums.window(x) + ...)) / (own * counts.window(x))), row);
        }
      }
    }
  };
  [&](Sums<Double, Whole> counts, Sums<Double, Parts>... sums) { means(counts, sums...); }(Sums<Double, Whole>(Whole{}), Sums<Double, Parts>(parts)...);
}

double power_of_two(int exponent) {
  const uint64_t bits = static_cast<uint64_t>(exponent + 1023) << 52;
  double value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace

// With e the biased exponents, all values are multiples of 2^(least - 150), and sums of 27 stay below 2^(greatest - 121).
// Up to 24 binades apart float64 holds every such sum. Up to 73 it holds the sum of the parts that are multiples of
// q = 2^(greatest - 174), and that of the rests, which are at most q / 2: adding the two rounds once.
bool smooth_piece(const SmoothPiece& piece) {
  Window window;
  read_window(piece, window);
  if (piece.plain && piece.element != Element::float32) {
    mean_of_all<Single>(piece, window, Whole{});
    return true;
  }
  Exponents exponents = exponents_of(piece, window);
  const bool all_finite = exponents.finite();
  if (!all_finite) {
    leave_out_broken(piece, window);
    exponents = exponents_of(piece, window);
  }
  const int binades = exponents.greatest - exponents.least;
  if (binades > 73) return false;
  if (binades <= 24) {
    all_finite ? mean_of_all<Double>(piece, window, Whole{}) : mean_of_finite(piece, window, Whole{});
    return true;
  }
  const double magic = 1.5 * power_of_two(exponents.greatest - 122);
  all_finite ? mean_of_all<Double>(piece, window, High{magic}, Low{magic})
             : mean_of_finite(piece, window, High{magic}, Low{magic});
  return true;
}

}  // namespace geoscribe::GEOSCRIBE_ISA
