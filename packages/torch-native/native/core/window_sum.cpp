#include "core/window_sum.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace geoscribe {
namespace {

/** Rows of a window that a thread takes at once. */
constexpr std::int64_t rowsAtOnce = 64;

/**
 * e^x for x <= 0, within 2e-7 of it relatively: x = n ln 2 + r, a polynomial of r, n into the exponent. Written without calls
 * and branches, so that a loop of it becomes vector instructions. Source: the Cephes library's expf.
 */
float expOfNegative(float x) {
  constexpr float log2e = 1.44269504F, ln2High = 0.693359375F, ln2Low = -2.12194440e-4F;
  // Adding and taking away 1.5 * 2^23 rounds to a whole number.
  constexpr float rounder = 12582912.0F;
  x = std::max(x, -87.0F);
  const float n = (x * log2e + rounder) - rounder;
  const float r = (x - n * ln2High) - n * ln2Low;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  return (p * r * r + r + 1.0F) * std::bit_cast<float>((static_cast<std::int32_t>(n) + 127) << 23);
}

/** Sizes and strides of a window's logits; the mirrored axes run backwards. */
struct Reader {
  std::int64_t first;
  std::int64_t perClass;
  Index3 step;
};

Reader readerOf(const at::Tensor& logits, const std::array<bool, 3>& flip) {
  Reader reader{0, logits.stride(0), {}};
  for (int axis = 0; axis < 3; ++axis) {
    const std::int64_t stride = logits.stride(1 + axis);
    reader.step[axis] = flip[axis] ? -stride : stride;
    if (flip[axis]) reader.first += (logits.size(1 + axis) - 1) * stride;
  }
  return reader;
}

/** Softmax of a row of logits: from `row` [classes, length], in place; `greatest` and `total` are [length]. */
void softmaxOfRow(float* row, std::int64_t classes, std::int64_t length, float* greatest, float* total) {
  std::copy_n(row, length, greatest);
  for (std::int64_t c = 1; c < classes; ++c) {
    for (std::int64_t x = 0; x < length; ++x) greatest[x] = std::max(greatest[x], row[c * length + x]);
  }
  std::fill_n(total, length, 0.0F);
  for (std::int64_t c = 0; c < classes; ++c) {
    float* values = row + c * length;
    for (std::int64_t x = 0; x < length; ++x) values[x] = expOfNegative(values[x] - greatest[x]);
    for (std::int64_t x = 0; x < length; ++x) total[x] += values[x];
  }
}

template <typename Logit>
void addRows(const at::Tensor& sum, const at::Tensor& weight, const at::Tensor& logits, const Reader& reader, const at::Tensor& importance,
             const Overlap& overlap) {
  const std::int64_t classes = sum.size(0), length = overlap.inVolume.size[2], rows = overlap.inVolume.size[0] * overlap.inVolume.size[1];
  const auto* source = logits.const_data_ptr<Logit>();
  const auto* factors = importance.const_data_ptr<float>();
  auto* sums = sum.data_ptr<float>();
  auto* weights = weight.data_ptr<float>();
  const std::int64_t volume = weight.numel();
  at::parallel_for(0, rows, rowsAtOnce, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> row(static_cast<std::size_t>(classes * length)), greatest(static_cast<std::size_t>(length)), total(greatest);
    for (std::int64_t k = begin; k < end; ++k) {
      const std::int64_t z = k / overlap.inVolume.size[1], y = k % overlap.inVolume.size[1];
      const Index3 in{overlap.inWindow.start[0] + z, overlap.inWindow.start[1] + y, overlap.inWindow.start[2]};
      const std::int64_t from = reader.first + in[0] * reader.step[0] + in[1] * reader.step[1] + in[2] * reader.step[2];
      for (std::int64_t c = 0; c < classes; ++c) {
        const Logit* of = source + from + c * reader.perClass;
        for (std::int64_t x = 0; x < length; ++x) row[static_cast<std::size_t>(c * length + x)] = static_cast<float>(of[x * reader.step[2]]);
      }
      softmaxOfRow(row.data(), classes, length, greatest.data(), total.data());
      const float* g = factors + (in[0] * importance.size(1) + in[1]) * importance.size(2) + in[2];
      const std::int64_t to =
          ((overlap.inVolume.start[0] + z) * weight.size(1) + overlap.inVolume.start[1] + y) * weight.size(2) + overlap.inVolume.start[2];
      for (std::int64_t x = 0; x < length; ++x) weights[to + x] += g[x];
      for (std::int64_t x = 0; x < length; ++x) total[static_cast<std::size_t>(x)] = g[x] / total[static_cast<std::size_t>(x)];
      for (std::int64_t c = 0; c < classes; ++c) {
        float* target = sums + c * volume + to;
        const float* values = row.data() + c * length;
        for (std::int64_t x = 0; x < length; ++x) target[x] += values[x] * total[static_cast<std::size_t>(x)];
      }
    }
  });
}

}  // namespace

void addWindow(const at::Tensor& sum, const at::Tensor& weight, const at::Tensor& logits, const std::array<bool, 3>& flip,
               const at::Tensor& importance, const Overlap& overlap) {
  const Reader reader = readerOf(logits, flip);
  if (logits.scalar_type() == at::kBFloat16) {
    addRows<c10::BFloat16>(sum, weight, logits, reader, importance, overlap);
  } else {
    addRows<float>(sum, weight, logits, reader, importance, overlap);
  }
}

}  // namespace geoscribe
