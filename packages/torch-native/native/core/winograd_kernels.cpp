#include "core/winograd_kernels.hpp"

#include <ATen/Parallel.h>

#include <algorithm>

#include "core/lanes.hpp"
#include "core/winograd_lines.hpp"

// Compiled once for the machine, and once for AVX2 under the other name.
#ifndef WINOGRAD_KERNELS
#define WINOGRAD_KERNELS nativeWinograd
#endif

namespace geoscribe {
namespace {

constexpr at::MemoryFormat channelsLast = at::MemoryFormat::ChannelsLast3d;
using Vector = Lanes<float>::Vector;
constexpr std::int64_t lanes = Lanes<float>::width;
constexpr std::int64_t taps = 27;

/** Grid of a tensor [N, C, Z, Y, X] in channels-last memory, and its tiles. */
template <int M>
struct Tiles {
  std::int64_t depth, height, width, channels, down, rows, across, count;
  explicit Tiles(const at::Tensor& x)
      : depth(x.size(2)), height(x.size(3)), width(x.size(4)), channels(x.size(1)), down((depth + M - 1) / M), rows((height + M - 1) / M),
        across((width + M - 1) / M), count(x.size(0) * down * rows * across) {}
};

/** First output voxel of a tile, and the index of voxel (0, 0, 0) of its sample. */
struct Corner {
  std::int64_t sample, z, y, x;
};

template <int M>
Corner cornerOf(const Tiles<M>& t, std::int64_t tile) {
  return {tile / (t.down * t.rows * t.across) * t.depth * t.height * t.width, tile / (t.rows * t.across) % t.down * M, tile / t.across % t.rows * M,
          tile % t.across * M};
}

/**
 * Transforms one tile of as many channels as a vector holds: `Size` voxels an axis from `offset` before the corner, 0 outside the volume, by `Line`
 * along every axis; the (M + 2)^3 results are written `stride` floats apart.
 */
template <int M, int Size, typename T, typename Line>
void transformTile(const T* data, const Tiles<M>& t, const Corner& corner, std::int64_t offset, float* out, std::int64_t stride, const Line& line) {
  constexpr int N = M + 2;
  Vector box[Size][N][N];
  for (int z = 0; z < Size; ++z) {
    Vector plane[Size][N];
    const std::int64_t atZ = corner.z - offset + z;
    for (int y = 0; y < Size; ++y) {
      const std::int64_t atY = corner.y - offset + y, atX = corner.x - offset;
      Vector d[Size];
      if (atZ < 0 || atZ >= t.depth || atY < 0 || atY >= t.height) {
        for (int x = 0; x < N; ++x) plane[y][x] = Vector{};
        continue;
      }
      const T* row = data + (corner.sample + (atZ * t.height + atY) * t.width + atX) * t.channels;
      if (atX >= 0 && atX + Size <= t.width) {
        for (int x = 0; x < Size; ++x) d[x] = Lanes<T>::load(row + x * t.channels);
      } else {
        for (int x = 0; x < Size; ++x) d[x] = atX + x >= 0 && atX + x < t.width ? Lanes<T>::load(row + x * t.channels) : Vector{};
      }
      line(d, plane[y]);
    }
    for (int x = 0; x < N; ++x) {
      Vector d[Size], v[N];
      for (int y = 0; y < Size; ++y) d[y] = plane[y][x];
      line(d, v);
      for (int y = 0; y < N; ++y) box[z][y][x] = v[y];
    }
  }
  for (int y = 0; y < N; ++y) {
    for (int x = 0; x < N; ++x) {
      Vector d[Size], v[N];
      for (int z = 0; z < Size; ++z) d[z] = box[z][y][x];
      line(d, v);
      for (int z = 0; z < N; ++z) Lanes<float>::store(out + ((z * N + y) * N + x) * stride, v[z]);
    }
  }
}

/** The inverse: (M + 2)^3 values `stride` floats apart make the tile's M^3 output voxels of as many channels as a vector holds. */
template <int M, typename T>
void finishTile(const float* in, std::int64_t stride, T* data, const Tiles<M>& t, const Corner& corner) {
  constexpr int N = M + 2;
  using Lines = WinogradLines<M>;
  Vector box[M][N][N];
  for (int y = 0; y < N; ++y) {
    for (int x = 0; x < N; ++x) {
      Vector m[N], v[M];
      for (int z = 0; z < N; ++z) m[z] = Lanes<float>::load(in + ((z * N + y) * N + x) * stride);
      Lines::output(m, v);
      for (int z = 0; z < M; ++z) box[z][y][x] = v[z];
    }
  }
  for (int z = 0; z < M && corner.z + z < t.depth; ++z) {
    Vector plane[M][N];
    for (int x = 0; x < N; ++x) {
      Vector m[N], v[M];
      for (int y = 0; y < N; ++y) m[y] = box[z][y][x];
      Lines::output(m, v);
      for (int y = 0; y < M; ++y) plane[y][x] = v[y];
    }
    for (int y = 0; y < M && corner.y + y < t.height; ++y) {
      Vector v[M];
      Lines::output(plane[y], v);
      T* row = data + (corner.sample + ((corner.z + z) * t.height + corner.y + y) * t.width + corner.x) * t.channels;
      for (int x = 0; x < M && corner.x + x < t.width; ++x) Lanes<T>::store(row + x * t.channels, v[x]);
    }
  }
}

/** Tiles whose products are computed together: enough that a weight is used often, few enough that all stays in the cache. */
constexpr std::int64_t blockSize = 16;
/** Rows, and vectors of columns, whose sums are kept in registers: there are 32 with AVX-512, else 16. */
#ifdef __AVX512F__
constexpr int group = 8, widest = 2;
#else
constexpr int group = 4, widest = 2;
#endif

/** out[t][o] = sum of in[t][i] u[i][o] for a group of rows t and `Wide` vectors of o. */
template <int Wide>
void productRows(const float* in, std::int64_t inner, const float* u, std::int64_t outer, float* out) {
  Vector sum[group][Wide] = {};
  for (std::int64_t i = 0; i < inner; ++i) {
    Vector w[Wide];
    for (int k = 0; k < Wide; ++k) w[k] = Lanes<float>::load(u + i * outer + k * lanes);
    for (int r = 0; r < group; ++r) {
      for (int k = 0; k < Wide; ++k) sum[r][k] += in[r * inner + i] * w[k];
    }
  }
  for (int r = 0; r < group; ++r) {
    for (int k = 0; k < Wide; ++k) Lanes<float>::store(out + r * outer + k * lanes, sum[r][k]);
  }
}

/** sum[i][o] += sum over `count` rows t of in[t][i] out[t][o], for a group of values i and `Wide` vectors of o. */
template <int Wide>
void addProducts(const float* in, std::int64_t inner, const float* out, std::int64_t outer, std::int64_t count, float* to) {
  Vector sum[group][Wide];
  for (int r = 0; r < group; ++r) {
    for (int k = 0; k < Wide; ++k) sum[r][k] = Lanes<float>::load(to + r * outer + k * lanes);
  }
  for (std::int64_t t = 0; t < count; ++t) {
    Vector g[Wide];
    for (int k = 0; k < Wide; ++k) g[k] = Lanes<float>::load(out + t * outer + k * lanes);
    for (int r = 0; r < group; ++r) {
      for (int k = 0; k < Wide; ++k) sum[r][k] += in[t * inner + r] * g[k];
    }
  }
  for (int r = 0; r < group; ++r) {
    for (int k = 0; k < Wide; ++k) Lanes<float>::store(to + r * outer + k * lanes, sum[r][k]);
  }
}

/** Calls `work` with the widest set of columns at a time, and with single vectors for what is left. */
template <typename Work>
void eachColumns(std::int64_t columns, const Work& work) {
  std::int64_t o = 0;
  for (; o + widest * lanes <= columns; o += widest * lanes) work(o, std::integral_constant<int, widest>{});
  for (; o < columns; o += lanes) work(o, std::integral_constant<int, 1>{});
}

/** Weights [out, in, 27] as [(M + 2)^3, rows, columns]: rows in, columns out; `reversed` for the gradient of the input: taps and roles turned. */
template <int M>
at::Tensor transformWeights(const at::Tensor& weight, bool reversed) {
  constexpr int N = M + 2;
  const std::int64_t out = weight.size(0), in = weight.size(1);
  const std::int64_t rows = reversed ? out : in, columns = reversed ? in : out;
  const std::int64_t rowStep = reversed ? in * taps : taps, columnStep = reversed ? taps : in * taps;
  at::Tensor result = at::empty({N * N * N, rows, columns}, at::kFloat);
  const float* from = weight.const_data_ptr<float>();
  float* to = result.data_ptr<float>();
  at::parallel_for(0, rows, 1, [&](std::int64_t first, std::int64_t end) {
    for (std::int64_t row = first; row < end; ++row) {
      for (std::int64_t column = 0; column < columns; column += lanes) {
        Vector g[3][3][3], a[3][3][N], b[3][N][N];
        for (int k = 0; k < taps; ++k) {
          const float* tap = from + row * rowStep + column * columnStep + (reversed ? taps - 1 - k : k);
          for (int lane = 0; lane < lanes; ++lane) g[k / 9][k / 3 % 3][k % 3][lane] = tap[lane * columnStep];
        }
        for (int z = 0; z < 3; ++z) {
          for (int y = 0; y < 3; ++y) WinogradLines<M>::weight(g[z][y], a[z][y]);
          for (int x = 0; x < N; ++x) {
            Vector d[3] = {a[z][0][x], a[z][1][x], a[z][2][x]}, u[N];
            WinogradLines<M>::weight(d, u);
            for (int y = 0; y < N; ++y) b[z][y][x] = u[y];
          }
        }
        for (int y = 0; y < N; ++y) {
          for (int x = 0; x < N; ++x) {
            Vector d[3] = {b[0][y][x], b[1][y][x], b[2][y][x]}, u[N];
            WinogradLines<M>::weight(d, u);
            for (int z = 0; z < N; ++z) Lanes<float>::store(to + (((z * N + y) * N + x) * rows + row) * columns + column, u[z]);
          }
        }
      }
    }
  });
  return result;
}

/** [(M + 2)^3, in, out] back to [out, in, 3, 3, 3]. */
template <int M>
at::Tensor restoreWeights(const at::Tensor& sums) {
  constexpr int N = M + 2;
  const std::int64_t in = sums.size(1), out = sums.size(2);
  at::Tensor result = at::empty({out, in, 3, 3, 3}, at::kFloat);
  const float* from = sums.const_data_ptr<float>();
  float* to = result.data_ptr<float>();
  at::parallel_for(0, in, 1, [&](std::int64_t first, std::int64_t end) {
    for (std::int64_t row = first; row < end; ++row) {
      for (std::int64_t column = 0; column < out; column += lanes) {
        Vector a[3][N][N], b[3][3][N], g[3];
        for (int y = 0; y < N; ++y) {
          for (int x = 0; x < N; ++x) {
            Vector u[N];
            for (int z = 0; z < N; ++z) u[z] = Lanes<float>::load(from + (((z * N + y) * N + x) * in + row) * out + column);
            WinogradLines<M>::weightGradient(u, g);
            for (int z = 0; z < 3; ++z) a[z][y][x] = g[z];
          }
        }
        for (int z = 0; z < 3; ++z) {
          for (int x = 0; x < N; ++x) {
            Vector u[N];
            for (int y = 0; y < N; ++y) u[y] = a[z][y][x];
            WinogradLines<M>::weightGradient(u, g);
            for (int y = 0; y < 3; ++y) b[z][y][x] = g[y];
          }
          for (int y = 0; y < 3; ++y) {
            WinogradLines<M>::weightGradient(b[z][y], g);
            for (int x = 0; x < 3; ++x) {
              for (int lane = 0; lane < lanes; ++lane) to[((column + lane) * in + row) * taps + (z * 3 + y) * 3 + x] = g[x][lane];
            }
          }
        }
      }
    }
  });
  return result;
}

/** Rows of the blocks lie a little apart from a power of two, so that they do not meet in the same lines of the cache. */
std::int64_t paddedRow(std::int64_t channels) { return blockSize * channels + lanes; }

template <int M, typename T>
at::Tensor convolveTiles(const at::Tensor& input, const at::Tensor& weights) {
  constexpr int N = M + 2, points = N * N * N;
  const std::int64_t in = weights.size(1), out = weights.size(2);
  at::Tensor result = at::empty({input.size(0), out, input.size(2), input.size(3), input.size(4)}, input.options(), channelsLast);
  const Tiles<M> from(input), to(result);
  const T* data = input.const_data_ptr<T>();
  T* target = result.data_ptr<T>();
  const float* u = weights.const_data_ptr<float>();
  const std::int64_t inRow = paddedRow(in), outRow = paddedRow(out), blocks = (from.count + blockSize - 1) / blockSize;
  at::parallel_for(0, blocks, 1, [&](std::int64_t first, std::int64_t end) {
    // Rows of a last, smaller group stay 0.
    const at::Tensor values = at::zeros({points * inRow}, at::kFloat), products = at::empty({points * outRow}, at::kFloat);
    float *v = values.data_ptr<float>(), *m = products.data_ptr<float>();
    for (std::int64_t block = first; block < end; ++block) {
      const std::int64_t begin = block * blockSize, count = std::min(blockSize, from.count - begin);
      for (std::int64_t t = 0; t < count; ++t) {
        const Corner corner = cornerOf(from, begin + t);
        for (std::int64_t c = 0; c < in; c += lanes) {
          transformTile<M, N>(data + c, from, corner, 1, v + t * in + c, inRow, [](const Vector* d, Vector* w) { WinogradLines<M>::input(d, w); });
        }
      }
      for (std::int64_t k = 0; k < points; ++k) {
        for (std::int64_t t = 0; t < count; t += group) {
          eachColumns(out, [&](std::int64_t o, auto wide) {
            productRows<wide.value>(v + k * inRow + t * in, in, u + k * in * out + o, out, m + k * outRow + t * out + o);
          });
        }
      }
      for (std::int64_t t = 0; t < count; ++t) {
        const Corner corner = cornerOf(from, begin + t);
        for (std::int64_t c = 0; c < out; c += lanes) finishTile<M>(m + t * out + c, outRow, target + c, to, corner);
      }
    }
  });
  return result;
}

template <int M, typename T>
at::Tensor weightGradient(const at::Tensor& input, const at::Tensor& gradient) {
  constexpr int N = M + 2, points = N * N * N;
  const Tiles<M> from(input), above(gradient);
  const std::int64_t in = from.channels, out = above.channels;
  const std::int64_t inRow = paddedRow(in), outRow = paddedRow(out), blocks = (from.count + blockSize - 1) / blockSize;
  const T *data = input.const_data_ptr<T>(), *slopes = gradient.const_data_ptr<T>();
  const std::int64_t parts = std::min<std::int64_t>(at::get_num_threads(), blocks);
  const at::Tensor sums = at::zeros({parts, points, in, out}, at::kFloat);
  at::parallel_for(0, parts, 1, [&](std::int64_t firstPart, std::int64_t endPart) {
    const at::Tensor values = at::empty({points * inRow}, at::kFloat), products = at::empty({points * outRow}, at::kFloat);
    float *v = values.data_ptr<float>(), *m = products.data_ptr<float>();
    for (std::int64_t part = firstPart; part < endPart; ++part) {
      float* sum = sums.data_ptr<float>() + part * points * in * out;
      for (std::int64_t block = part * blocks / parts; block < (part + 1) * blocks / parts; ++block) {
        const std::int64_t begin = block * blockSize, count = std::min(blockSize, from.count - begin);
        for (std::int64_t t = 0; t < count; ++t) {
          const Corner corner = cornerOf(from, begin + t);
          for (std::int64_t c = 0; c < in; c += lanes) {
            transformTile<M, N>(data + c, from, corner, 1, v + t * in + c, inRow, [](const Vector* d, Vector* w) { WinogradLines<M>::input(d, w); });
          }
          for (std::int64_t c = 0; c < out; c += lanes) {
            transformTile<M, M>(slopes + c, above, corner, 0, m + t * out + c, outRow, [](const Vector* d, Vector* w) { WinogradLines<M>::gradient(d, w); });
          }
        }
        for (std::int64_t k = 0; k < points; ++k) {
          for (std::int64_t i = 0; i < in; i += group) {
            eachColumns(out, [&](std::int64_t o, auto wide) {
              addProducts<wide.value>(v + k * inRow + i, in, m + k * outRow + o, out, count, sum + (k * in + i) * out + o);
            });
          }
        }
      }
    }
  });
  return restoreWeights<M>(sums.sum(0));
}

template <typename Visit>
auto byType(const at::Tensor& x, const Visit& visit) {
  if (x.scalar_type() == at::kBFloat16) return visit(at::BFloat16{}, std::integral_constant<int, 4>{});
  return visit(float{}, std::integral_constant<int, 2>{});
}

at::Tensor convolveByType(const at::Tensor& input, const at::Tensor& weight, bool reversed) {
  return byType(input, [&](auto type, auto size) { return convolveTiles<size.value, decltype(type)>(input, transformWeights<size.value>(weight, reversed)); });
}

at::Tensor weightGradientByType(const at::Tensor& input, const at::Tensor& gradient) {
  return byType(input, [&](auto type, auto size) { return weightGradient<size.value, decltype(type)>(input, gradient); });
}

}  // namespace

const WinogradKernels& WINOGRAD_KERNELS() {
  static constexpr WinogradKernels kernels{convolveByType, weightGradientByType};
  return kernels;
}

}  // namespace geoscribe
