#include "core/loss.hpp"

#include <torch/csrc/autograd/autograd.h>

#include <cmath>

#include "tests/check.hpp"

namespace geoscribe::testing {
namespace {

constexpr double rounding = 1e-12;  // float64 sums of some hundred terms near 1

struct Example {
  at::Tensor logits, label, confidence;
};

/** Two samples, three classes, 2 x 3 x 4 voxels. */
Example example() {
  return {at::arange(144, at::kDouble).mul(0.77).sin().mul(2).view({2, 3, 2, 3, 4}), at::arange(48, at::kLong).mul(5).remainder(3).view({2, 2, 3, 4}),
          at::arange(48, at::kDouble).mul(0.31).cos().abs().view({2, 2, 3, 4})};
}

/** The method's formulas, voxel by voxel. */
double bruteForce(const Example& e, const LossOptions& options) {
  const auto logits = e.logits.accessor<double, 5>();
  const auto label = e.label.accessor<std::int64_t, 4>();
  const auto confidence = e.confidence.accessor<double, 4>();
  double crossEntropy = 0, weights = 0, voxels = 0, diceSum = 0;
  int diceCount = 0;
  double tp[2][3] = {}, fp[2][3] = {}, fn[2][3] = {};
  for (int n = 0; n < 2; ++n) {
    const int group = options.dice == DiceSums::Batch ? 0 : n;
    for (int z = 0; z < 2; ++z) {
      for (int y = 0; y < 3; ++y) {
        for (int x = 0; x < 4; ++x) {
          double sum = 0;
          for (int c = 0; c < 3; ++c) sum += std::exp(logits[n][c][z][y][x]);
          const double w = confidence[n][z][y][x];
          for (int c = 0; c < 3; ++c) {
            const double p = std::exp(logits[n][c][z][y][x]) / sum, truth = label[n][z][y][x] == c ? 1 : 0;
            tp[group][c] += w * p * truth;
            fp[group][c] += w * p * (1 - truth);
            fn[group][c] += w * (1 - p) * truth;
            crossEntropy -= w * truth * std::log(p);
          }
          weights += w;
          voxels += 1;
        }
      }
    }
  }
  for (int group = 0; group < (options.dice == DiceSums::Batch ? 1 : 2); ++group) {
    for (int c = 1; c < 3; ++c, ++diceCount) {
      diceSum += (2 * tp[group][c] + 1e-5) / (2 * tp[group][c] + fp[group][c] + fn[group][c] + 1e-5);
    }
  }
  return crossEntropy / (options.crossEntropy == CrossEntropyNorm::Confidence ? weights : voxels) - diceSum / diceCount;
}

const Register formula("the loss equals the formulas taken voxel by voxel, in every mode", [] {
  const Example e = example();
  for (const auto norm : {CrossEntropyNorm::Confidence, CrossEntropyNorm::Voxels}) {
    for (const auto dice : {DiceSums::Sample, DiceSums::Batch}) {
      const LossOptions options{norm, dice};
      expectNear(segmentationLoss(e.logits, e.label, e.confidence, options).item<double>(), bruteForce(e, options), rounding, "loss");
    }
  }
});

const Register unweighted("with confidence 1 it equals an unweighted implementation", [] {
  const Example e = example();
  const at::Tensor probability = at::softmax(e.logits, 1), truth = at::one_hot(e.label, 3).permute({0, 4, 1, 2, 3}).to(at::kDouble);
  const at::Tensor crossEntropy = at::nll_loss_nd(at::log_softmax(e.logits, 1), e.label);
  const at::Tensor overlap = (probability * truth).sum({2, 3, 4}), sizes = (probability + truth).sum({2, 3, 4});
  const at::Tensor expected = crossEntropy - ((2 * overlap + 1e-5) / (sizes + 1e-5)).slice(1, 1).mean();
  expectNear(segmentationLoss(e.logits, e.label, at::ones_like(e.confidence), {}).item<double>(), expected.item<double>(), rounding, "loss");
});

const Register noConfidence("a voxel of confidence 0 gets exactly no gradient", [] {
  const Example e = example();
  const at::Tensor logits = e.logits.clone().requires_grad_(true);
  at::Tensor confidence = e.confidence.clone();
  confidence[1][1][2].fill_(0);
  const auto gradient = torch::autograd::grad({segmentationLoss(logits, e.label, confidence, {})}, {logits})[0];
  expect(gradient.select(0, 1).select(1, 1).select(1, 2).eq(0).all().item<bool>(), "zero");
  expect(gradient.select(0, 0).ne(0).all().item<bool>(), "elsewhere not zero");
});

const Register nothing("a batch without any confidence has a finite loss and no gradient", [] {
  const Example e = example();
  const at::Tensor logits = e.logits.clone().requires_grad_(true);
  const at::Tensor loss = segmentationLoss(logits, e.label, at::zeros_like(e.confidence), {});
  expectNear(loss.item<double>(), -1, rounding, "Dice of nothing is 1e-5 / 1e-5");
  expect(torch::autograd::grad({loss}, {logits})[0].eq(0).all().item<bool>(), "gradient");
});

const Register headWeights("deep supervision halves per level, the lowest head gets 0, a single one keeps 1", [] {
  expect(deepSupervisionWeights(1) == std::vector<double>{1}, "one");
  expect(deepSupervisionWeights(2) == std::vector<double>{1, 0}, "two");
  expect(deepSupervisionWeights(4) == std::vector<double>{4 / 7.0, 2 / 7.0, 1 / 7.0, 0}, "four");
});

const Register targets("coarser heads are compared with every stride-th voxel", [] {
  const at::Tensor label = at::arange(64, at::kLong).remainder(3).view({1, 4, 4, 4}), confidence = at::ones({1, 4, 4, 4}, at::kDouble);
  const at::Tensor fine = at::zeros({1, 3, 4, 4, 4}, at::kDouble);
  const at::Tensor coarse = at::arange(24, at::kDouble).sin().view({1, 3, 4, 2, 1});
  const double received = deepSupervisionLoss({fine, coarse}, {{1, 1, 1}, {1, 2, 4}}, label, confidence, {0.25, 0.75}, {}).item<double>();
  at::Tensor picked = at::empty({1, 4, 2, 1}, at::kLong);
  for (int z = 0; z < 4; ++z) {
    for (int y = 0; y < 2; ++y) picked[0][z][y][0] = label[0][z][2 * y][0];
  }
  const double expected = 0.25 * segmentationLoss(fine, label, confidence, {}).item<double>() +
                          0.75 * segmentationLoss(coarse, picked, at::ones({1, 4, 2, 1}, at::kDouble), {}).item<double>();
  expectNear(received, expected, rounding, "loss");
});

}  // namespace
}  // namespace geoscribe::testing
