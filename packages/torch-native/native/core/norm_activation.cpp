#include "core/norm_activation.hpp"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/lanes.hpp"

namespace geoscribe {
namespace {

constexpr double epsilon = 1e-5;
constexpr double negativeSlope = 0.01;

/** [N, voxels, channels] seen in channels-last memory, cut into pieces that do not depend on the number of threads. */
struct Rows {
  std::int64_t samples, voxels, channels, pieces;
  explicit Rows(const at::Tensor& x)
      : samples(x.size(0)), voxels(x.size(2) * x.size(3) * x.size(4)), channels(x.size(1)),
        pieces(std::clamp<std::int64_t>(voxels * channels / 16384, 1, 128)) {}
  std::int64_t begin(std::int64_t piece) const { return piece * voxels / pieces; }
};

/** Calls `work(sample, piece, first voxel, end)` for all pieces. */
template <typename Work>
void eachPiece(const Rows& rows, const Work& work) {
  at::parallel_for(0, rows.samples * rows.pieces, 1, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t i = from; i < to; ++i) work(i / rows.pieces, i % rows.pieces, rows.begin(i % rows.pieces), rows.begin(i % rows.pieces + 1));
  });
}

/** Sums `first` and `second` of all pieces, in their order, into [N, C]. */
std::vector<double> sumPieces(const Rows& rows, const std::vector<double>& parts) {
  std::vector<double> sums(static_cast<std::size_t>(rows.samples * rows.channels), 0.0);
  for (std::int64_t n = 0; n < rows.samples; ++n) {
    for (std::int64_t p = 0; p < rows.pieces; ++p) {
      for (std::int64_t c = 0; c < rows.channels; ++c) {
        sums[static_cast<std::size_t>(n * rows.channels + c)] += parts[static_cast<std::size_t>((n * rows.pieces + p) * rows.channels + c)];
      }
    }
  }
  return sums;
}

/** Mean and 1 / deviation per sample and channel, [2, N, C]: pieces' own means and squared deviations, then Chan's rule. */
template <typename T>
at::Tensor statistics(const at::Tensor& x, const Rows& rows) {
  using L = Lanes<T>;
  using V = typename L::Vector;
  const T* data = x.const_data_ptr<T>();
  const std::int64_t channels = rows.channels;
  std::vector<double> sums(static_cast<std::size_t>(rows.samples * rows.pieces * channels)), squares(sums.size());
  eachPiece(rows, [&](std::int64_t n, std::int64_t piece, std::int64_t first, std::int64_t end) {
    for (std::int64_t c = 0; c < channels; c += L::width) {
      const std::int64_t count = std::min(L::width, channels - c);
      const T* row = data + (n * rows.voxels + first) * channels + c;
      const auto voxels = static_cast<typename L::Real>(end - first);
      V sum{}, other{};
      std::int64_t i = 0;
      for (; i + 2 <= end - first; i += 2) {
        sum += loadPart(row + i * channels, count);
        other += loadPart(row + (i + 1) * channels, count);
      }
      if (i < end - first) sum += loadPart(row + i * channels, count);
      sum += other;
      const V mean = sum / voxels;
      V square{}, otherSquare{};
      for (i = 0; i + 2 <= end - first; i += 2) {
        const V a = loadPart(row + i * channels, count) - mean, b = loadPart(row + (i + 1) * channels, count) - mean;
        square += a * a;
        otherSquare += b * b;
      }
      if (i < end - first) {
        const V a = loadPart(row + i * channels, count) - mean;
        square += a * a;
      }
      square += otherSquare;
      for (std::int64_t k = 0; k < count; ++k) {
        const auto at = static_cast<std::size_t>((n * rows.pieces + piece) * channels + c + k);
        sums[at] = static_cast<double>(sum[k]);
        squares[at] = static_cast<double>(square[k]);
      }
    }
  });
  const std::vector<double> total = sumPieces(rows, sums);
  at::Tensor result = at::empty({2, rows.samples, channels}, at::TensorOptions().dtype(c10::CppTypeToScalarType<typename L::Real>::value));
  auto* mean = result.data_ptr<typename L::Real>();
  auto* scale = mean + rows.samples * channels;
  for (std::int64_t n = 0; n < rows.samples; ++n) {
    for (std::int64_t c = 0; c < channels; ++c) {
      const double m = total[static_cast<std::size_t>(n * channels + c)] / static_cast<double>(rows.voxels);
      double deviations = 0;
      for (std::int64_t p = 0; p < rows.pieces; ++p) {
        const auto at = static_cast<std::size_t>((n * rows.pieces + p) * channels + c);
        const auto size = static_cast<double>(rows.begin(p + 1) - rows.begin(p));
        const double away = sums[at] / size - m;
        deviations += squares[at] + size * away * away;
      }
      mean[n * channels + c] = static_cast<typename L::Real>(m);
      scale[n * channels + c] = static_cast<typename L::Real>(1 / std::sqrt(deviations / static_cast<double>(rows.voxels) + epsilon));
    }
  }
  return result;
}

template <typename T>
at::Tensor forwardPass(const at::Tensor& x, const at::Tensor& statistics, const at::Tensor& scale, const at::Tensor& shift) {
  using L = Lanes<T>;
  using V = typename L::Vector;
  using Real = typename L::Real;
  const Rows rows(x);
  const std::int64_t channels = rows.channels;
  at::Tensor y = at::empty_like(x);
  const T* in = x.const_data_ptr<T>();
  T* out = y.data_ptr<T>();
  const Real *mean = statistics.const_data_ptr<Real>(), *inverse = mean + rows.samples * channels;
  const Real *gain = scale.const_data_ptr<Real>(), *offset = shift.const_data_ptr<Real>();
  const auto slope = static_cast<Real>(negativeSlope);
  eachPiece(rows, [&](std::int64_t n, std::int64_t, std::int64_t first, std::int64_t end) {
    for (std::int64_t c = 0; c < channels; c += L::width) {
      const std::int64_t count = std::min(L::width, channels - c);
      const V factor = loadPart(gain + c, count) * loadPart(inverse + n * channels + c, count);
      const V centre = loadPart(mean + n * channels + c, count), plus = loadPart(offset + c, count);
      const std::int64_t start = (n * rows.voxels + first) * channels + c, stop = (n * rows.voxels + end) * channels;
      for (std::int64_t at = start; at < stop; at += channels) {
        const V normed = (loadPart(in + at, count) - centre) * factor + plus;
        storePart(out + at, normed > 0 ? normed : normed * slope, count);
      }
    }
  });
  return y;
}

template <typename T>
torch::autograd::tensor_list backwardPass(const at::Tensor& x, const at::Tensor& gradient, const at::Tensor& statistics, const at::Tensor& scale,
                                          const at::Tensor& shift) {
  using L = Lanes<T>;
  using V = typename L::Vector;
  using Real = typename L::Real;
  const Rows rows(x);
  const std::int64_t channels = rows.channels;
  const T *in = x.const_data_ptr<T>(), *above = gradient.const_data_ptr<T>();
  const Real *mean = statistics.const_data_ptr<Real>(), *inverse = mean + rows.samples * channels;
  const Real *gain = scale.const_data_ptr<Real>(), *offset = shift.const_data_ptr<Real>();
  const auto slope = static_cast<Real>(negativeSlope);
  std::vector<double> sums(static_cast<std::size_t>(rows.samples * rows.pieces * channels)), products(sums.size());
  eachPiece(rows, [&](std::int64_t n, std::int64_t piece, std::int64_t first, std::int64_t end) {
    for (std::int64_t c = 0; c < channels; c += L::width) {
      const std::int64_t count = std::min(L::width, channels - c);
      const V factor = loadPart(inverse + n * channels + c, count), centre = loadPart(mean + n * channels + c, count);
      const V times = loadPart(gain + c, count), plus = loadPart(offset + c, count);
      V sum{}, product{};
      const std::int64_t start = (n * rows.voxels + first) * channels + c, stop = (n * rows.voxels + end) * channels;
      for (std::int64_t at = start; at < stop; at += channels) {
        const V normed = (loadPart(in + at, count) - centre) * factor, g = loadPart(above + at, count);
        const V leaked = normed * times + plus > 0 ? g : g * slope;
        sum += leaked;
        product += leaked * normed;
      }
      for (std::int64_t k = 0; k < count; ++k) {
        const auto at = static_cast<std::size_t>((n * rows.pieces + piece) * channels + c + k);
        sums[at] = static_cast<double>(sum[k]);
        products[at] = static_cast<double>(product[k]);
      }
    }
  });
  const std::vector<double> sum = sumPieces(rows, sums), product = sumPieces(rows, products);
  at::Tensor scaleGradient = at::zeros_like(scale), shiftGradient = at::zeros_like(shift), inputGradient = at::empty_like(x);
  std::vector<Real> meanGradient(sum.size()), meanProduct(sum.size());
  for (std::int64_t n = 0; n < rows.samples; ++n) {
    for (std::int64_t c = 0; c < channels; ++c) {
      const auto at = static_cast<std::size_t>(n * channels + c);
      scaleGradient.data_ptr<Real>()[c] += static_cast<Real>(product[at]);
      shiftGradient.data_ptr<Real>()[c] += static_cast<Real>(sum[at]);
      meanGradient[at] = static_cast<Real>(sum[at] / static_cast<double>(rows.voxels));
      meanProduct[at] = static_cast<Real>(product[at] / static_cast<double>(rows.voxels));
    }
  }
  T* out = inputGradient.data_ptr<T>();
  eachPiece(rows, [&](std::int64_t n, std::int64_t, std::int64_t first, std::int64_t end) {
    for (std::int64_t c = 0; c < channels; c += L::width) {
      const std::int64_t count = std::min(L::width, channels - c);
      const V factor = loadPart(inverse + n * channels + c, count), centre = loadPart(mean + n * channels + c, count);
      const V times = loadPart(gain + c, count), plus = loadPart(offset + c, count), outer = factor * times;
      const V sumPart = loadPart(meanGradient.data() + n * channels + c, count), productPart = loadPart(meanProduct.data() + n * channels + c, count);
      const std::int64_t start = (n * rows.voxels + first) * channels + c, stop = (n * rows.voxels + end) * channels;
      for (std::int64_t at = start; at < stop; at += channels) {
        const V normed = (loadPart(in + at, count) - centre) * factor, g = loadPart(above + at, count);
        const V leaked = normed * times + plus > 0 ? g : g * slope;
        storePart(out + at, outer * (leaked - sumPart - normed * productPart), count);
      }
    }
  });
  return {inputGradient, scaleGradient, shiftGradient};
}

template <typename Visit>
auto byType(const at::Tensor& x, const Visit& visit) {
  if (x.scalar_type() == at::kDouble) return visit(double{});
  if (x.scalar_type() == at::kBFloat16) return visit(at::BFloat16{});
  return visit(float{});
}

struct NormActivation : torch::autograd::Function<NormActivation> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input, const at::Tensor& scale, const at::Tensor& shift) {
    return byType(input, [&]<typename T>(T) {
      const at::Tensor kept = statistics<T>(input, Rows(input));
      context->save_for_backward({input, kept, scale, shift});
      return forwardPass<T>(input, kept, scale, shift);
    });
  }
  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context, torch::autograd::tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor gradient = gradients[0].contiguous(at::MemoryFormat::ChannelsLast3d);
    return byType(saved[0], [&]<typename T>(T) { return backwardPass<T>(saved[0], gradient, saved[1], saved[2], saved[3]); });
  }
};

}  // namespace

at::Tensor normActivation(const at::Tensor& input, const at::Tensor& scale, const at::Tensor& shift) {
  return NormActivation::apply(input, scale, shift);
}

}  // namespace geoscribe
