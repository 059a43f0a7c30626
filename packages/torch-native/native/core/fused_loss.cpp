#include "core/fused_loss.hpp"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace geoscribe {
namespace {

/** Voxels summed together before their sums meet, so that the number of threads changes no bit. */
constexpr std::int64_t pieceSize = 4096;

/** exp of values <= 0 that the compiler can do side by side: 2^n times a polynomial, 2 units in the last place (Cephes' expf). */
inline float exponential(float x) {
  x = std::max(x, -87.0F);
  const float n = std::floor(x * 1.44269504F + 0.5F);
  const float r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  return (p * r * r + r + 1) * std::bit_cast<float>((static_cast<std::int32_t>(n) + 127) << 23);
}
inline double exponential(double x) { return std::exp(x); }

struct Grid {
  std::int64_t samples, classes, voxels, pieces;
  explicit Grid(const at::Tensor& logits)
      : samples(logits.size(0)), classes(logits.size(1)), voxels(logits.numel() / (samples * classes)), pieces((voxels + pieceSize - 1) / pieceSize) {}
  std::int64_t end(std::int64_t piece) const { return std::min(voxels, (piece + 1) * pieceSize); }
};

/** Sums of one sample: cross-entropy, confidence, and per class w p y, w p, w y. */
struct Sums {
  double crossEntropy = 0, confidence = 0;
  std::vector<double> overlap, predicted, truth;
  explicit Sums(std::int64_t classes) : overlap(static_cast<std::size_t>(classes)), predicted(overlap), truth(overlap) {}
  void add(const Sums& other) {
    crossEntropy += other.crossEntropy;
    confidence += other.confidence;
    for (std::size_t c = 0; c < overlap.size(); ++c) {
      overlap[c] += other.overlap[c];
      predicted[c] += other.predicted[c];
      truth[c] += other.truth[c];
    }
  }
};

/** Writes the probabilities [N, C, voxels] and returns the sums of each sample. */
template <typename T>
std::vector<Sums> forwardPass(const Grid& grid, const at::Tensor& logits, const std::int64_t* label, const T* confidence, T* probability) {
  const at::Tensor flat = logits.flatten(2);
  const T* data = flat.const_data_ptr<T>();
  const std::int64_t sampleStride = flat.stride(0), classStride = flat.stride(1), voxelStride = flat.stride(2);
  std::vector<Sums> parts(static_cast<std::size_t>(grid.samples * grid.pieces), Sums(grid.classes));
  at::parallel_for(0, grid.samples * grid.pieces, 1, [&](std::int64_t from, std::int64_t to) {
    std::vector<T> greatest(pieceSize), sum(pieceSize);
    for (std::int64_t part = from; part < to; ++part) {
      const std::int64_t n = part / grid.pieces, first = part % grid.pieces * pieceSize, count = grid.end(part % grid.pieces) - first;
      const T* in = data + n * sampleStride + first * voxelStride;
      const T* w = confidence + n * grid.voxels + first;
      const std::int64_t* y = label + n * grid.voxels + first;
      T* out = probability + n * grid.classes * grid.voxels + first;
      Sums& sums = parts[static_cast<std::size_t>(part)];
      std::ranges::fill(greatest, -std::numeric_limits<T>::infinity());
      std::ranges::fill(sum, T{0});
      for (std::int64_t c = 0; c < grid.classes; ++c) {
        T* row = out + c * grid.voxels;
        for (std::int64_t v = 0; v < count; ++v) {
          row[v] = in[c * classStride + v * voxelStride];
          greatest[static_cast<std::size_t>(v)] = row[v] > greatest[static_cast<std::size_t>(v)] ? row[v] : greatest[static_cast<std::size_t>(v)];
        }
      }
      for (std::int64_t v = 0; v < count; ++v) {
        sums.confidence += static_cast<double>(w[v]);
        sums.crossEntropy += static_cast<double>(w[v] * (greatest[static_cast<std::size_t>(v)] - out[y[v] * grid.voxels + v]));
      }
      for (std::int64_t c = 0; c < grid.classes; ++c) {
        T* row = out + c * grid.voxels;
        for (std::int64_t v = 0; v < count; ++v) {
          row[v] = exponential(row[v] - greatest[static_cast<std::size_t>(v)]);
          sum[static_cast<std::size_t>(v)] += row[v];
        }
      }
      for (std::int64_t v = 0; v < count; ++v) {
        T& total = sum[static_cast<std::size_t>(v)];
        sums.crossEntropy += static_cast<double>(w[v] * std::log(total));
        total = 1 / total;
      }
      for (std::int64_t c = 0; c < grid.classes; ++c) {
        T* row = out + c * grid.voxels;
        double predicted = 0, overlap = 0, truth = 0;
        for (std::int64_t v = 0; v < count; ++v) {
          row[v] *= sum[static_cast<std::size_t>(v)];
          const auto weighted = static_cast<double>(w[v] * row[v]);
          predicted += weighted;
          overlap += y[v] == c ? weighted : 0;
          truth += y[v] == c ? static_cast<double>(w[v]) : 0;
        }
        sums.predicted[static_cast<std::size_t>(c)] = predicted;
        sums.overlap[static_cast<std::size_t>(c)] = overlap;
        sums.truth[static_cast<std::size_t>(c)] = truth;
      }
    }
  });
  std::vector<Sums> samples(static_cast<std::size_t>(grid.samples), Sums(grid.classes));
  for (std::size_t part = 0; part < parts.size(); ++part) samples[part / static_cast<std::size_t>(grid.pieces)].add(parts[part]);
  return samples;
}

/** d(-mean Dice) / dp of a voxel is w (onTruth [y = c] + always). */
struct DiceSlopes {
  std::vector<double> onTruth, always;
};

/** The loss of the sums, and for every sample and class the slopes of its Dice term. */
double lossOf(const Grid& grid, const std::vector<Sums>& samples, const LossOptions& options, const LossShare& share, double& crossEntropyScale, DiceSlopes& slopes) {
  Sums all(grid.classes);
  for (const Sums& sample : samples) all.add(sample);
  const double divisor = options.crossEntropy == CrossEntropyNorm::Confidence ? std::max(all.confidence, leastConfidenceSum)
                                                                              : static_cast<double>(grid.samples * grid.voxels);
  crossEntropyScale = share.crossEntropy / divisor;
  const bool together = options.dice == DiceSums::Batch;
  const double terms = static_cast<double>((grid.classes - 1) * (together ? 1 : grid.samples));
  slopes.onTruth.assign(static_cast<std::size_t>(grid.samples * grid.classes), 0);
  slopes.always = slopes.onTruth;
  double dice = 0;
  for (std::int64_t n = 0; n < grid.samples; ++n) {
    const Sums& sums = together ? all : samples[static_cast<std::size_t>(n)];
    for (std::int64_t c = 1; c < grid.classes; ++c) {
      const auto k = static_cast<std::size_t>(c), at = static_cast<std::size_t>(n * grid.classes + c);
      const double above = 2 * sums.overlap[k] + diceSmooth, below = sums.predicted[k] + sums.truth[k] + diceSmooth;
      if (!together || n == 0) dice += above / below / terms;
      slopes.onTruth[at] = -2 * share.dice / (below * terms);
      slopes.always[at] = share.dice * above / (below * below * terms);
    }
  }
  return all.crossEntropy * crossEntropyScale - share.dice * dice;
}

/** Gradient of the logits, in the order [N, C, voxels] of the probabilities, or with the classes last. */
template <typename T>
void backwardPass(const Grid& grid, const T* probability, const std::int64_t* label, const T* confidence, double crossEntropyScale,
                  const DiceSlopes& slopes, double outer, T* gradient, std::int64_t classStride, std::int64_t voxelStride) {
  at::parallel_for(0, grid.samples * grid.pieces, 1, [&](std::int64_t from, std::int64_t to) {
    std::vector<T> inner(pieceSize);
    for (std::int64_t part = from; part < to; ++part) {
      const std::int64_t n = part / grid.pieces, first = part % grid.pieces * pieceSize, count = grid.end(part % grid.pieces) - first;
      const T *p = probability + n * grid.classes * grid.voxels + first, *w = confidence + n * grid.voxels + first;
      const std::int64_t* y = label + n * grid.voxels + first;
      T* out = gradient + n * grid.classes * grid.voxels + first * voxelStride;
      const auto slope = [&](const std::vector<double>& of, std::int64_t c) { return static_cast<T>(of[static_cast<std::size_t>(n * grid.classes + c)] * outer); };
      std::ranges::fill(inner, T{0});
      for (std::int64_t c = 1; c < grid.classes; ++c) {
        const T onTruth = slope(slopes.onTruth, c), always = slope(slopes.always, c);
        for (std::int64_t v = 0; v < count; ++v) inner[static_cast<std::size_t>(v)] += p[c * grid.voxels + v] * (always + (y[v] == c ? onTruth : 0));
      }
      const auto entropy = static_cast<T>(crossEntropyScale * outer);
      for (std::int64_t c = 0; c < grid.classes; ++c) {
        const T onTruth = slope(slopes.onTruth, c), always = slope(slopes.always, c);
        for (std::int64_t v = 0; v < count; ++v) {
          const T prob = p[c * grid.voxels + v], truth = y[v] == c ? T{1} : T{0};
          const T dice = always + truth * onTruth - inner[static_cast<std::size_t>(v)];
          out[c * classStride + v * voxelStride] = w[v] * ((prob - truth) * entropy + prob * dice);
        }
      }
    }
  });
}

template <typename Visit>
auto byType(const at::Tensor& x, const Visit& visit) {
  if (x.scalar_type() == at::kDouble) return visit(double{});
  return visit(float{});
}

struct FusedLoss : torch::autograd::Function<FusedLoss> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& logits, const at::Tensor& label, const at::Tensor& confidence,
                            const LossOptions& options, const LossShare& share) {
    return byType(logits, [&]<typename T>(T) {
      const Grid grid(logits);
      const at::Tensor labels = label.contiguous(), weights = confidence.to(logits.scalar_type()).contiguous();
      const at::Tensor probability = at::empty({grid.samples, grid.classes, grid.voxels}, logits.options());
      const auto samples = forwardPass<T>(grid, logits, labels.const_data_ptr<std::int64_t>(), weights.const_data_ptr<T>(), probability.data_ptr<T>());
      double scale = 0;
      DiceSlopes slopes;
      const double loss = lossOf(grid, samples, options, share, scale, slopes);
      context->save_for_backward({probability, labels, weights});
      context->saved_data["shape"] = logits.sizes().vec();
      context->saved_data["channelsLast"] = logits.stride(1) == 1;
      context->saved_data["scale"] = scale;
      context->saved_data["onTruth"] = slopes.onTruth;
      context->saved_data["always"] = slopes.always;
      return at::scalar_tensor(loss, logits.options());
    });
  }

  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context, torch::autograd::tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto shape = context->saved_data["shape"].toIntVector();
    const bool last = context->saved_data["channelsLast"].toBool();
    const at::Tensor gradient = at::empty(shape, saved[0].options(), last ? at::MemoryFormat::ChannelsLast3d : at::MemoryFormat::Contiguous);
    const Grid grid(gradient);
    const DiceSlopes slopes{context->saved_data["onTruth"].toDoubleVector(), context->saved_data["always"].toDoubleVector()};
    byType(gradient, [&]<typename T>(T) {
      backwardPass<T>(grid, saved[0].const_data_ptr<T>(), saved[1].const_data_ptr<std::int64_t>(), saved[2].const_data_ptr<T>(),
                      context->saved_data["scale"].toDouble(), slopes, gradients[0].item<double>(), gradient.data_ptr<T>(),
                      last ? 1 : grid.voxels, last ? grid.classes : 1);
    });
    return {gradient, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor fusedSegmentationLoss(const at::Tensor& logits, const at::Tensor& label, const at::Tensor& confidence, const LossOptions& options,
                                 const LossShare& share) {
  return FusedLoss::apply(logits, label, confidence, options, share);
}

}  // namespace geoscribe
