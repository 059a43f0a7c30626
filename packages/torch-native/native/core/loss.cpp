#include "core/loss.hpp"

#include "core/fused_loss.hpp"

#include <algorithm>
#include <cmath>

namespace geoscribe {
namespace {

/** Targets of a coarser head: the voxel in the middle of every stride, or behind it. */
at::Tensor everyNth(at::Tensor volume, const Index3& stride) {
  for (int axis = 0; axis < 3; ++axis) volume = volume.slice(axis + 1, stride[axis] / 2, volume.size(axis + 1), stride[axis]);
  return volume.contiguous();
}

}  // namespace

std::vector<double> deepSupervisionWeights(std::size_t heads) {
  std::vector<double> weights(heads);
  double sum = 0;
  for (std::size_t i = 0; i < heads; ++i) {
    weights[i] = i + 1 == heads && heads > 1 ? 0 : std::ldexp(1.0, -static_cast<int>(i));
    sum += weights[i];
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

at::Tensor segmentationLoss(const at::Tensor& logits, const at::Tensor& label, const at::Tensor& confidence, const LossOptions& options,
                            const LossShare& share) {
  if (!logits.is_cpu()) return segmentationLossByOperators(logits, label, confidence, options, share);
  return fusedSegmentationLoss(logits, label, confidence, options, share);
}

at::Tensor segmentationLossByOperators(const at::Tensor& logits, const at::Tensor& label, const at::Tensor& confidence, const LossOptions& options,
                                       const LossShare& share) {
  const at::Tensor classes = label.unsqueeze(1);
  const at::Tensor w = confidence.unsqueeze(1);
  const at::Tensor logProbability = at::log_softmax(logits, 1);
  const at::Tensor crossEntropySum = -(w * logProbability.gather(1, classes)).sum();
  const at::Tensor crossEntropy = options.crossEntropy == CrossEntropyNorm::Confidence
                                      ? crossEntropySum / confidence.sum().clamp_min(leastConfidenceSum)
                                      : crossEntropySum / static_cast<double>(confidence.numel());

  // 2 TP + FP + FN = sum of w p + sum of w y, so that three sums suffice.
  const at::Tensor weightedTruth = at::zeros_like(logits).scatter_(1, classes, w);
  const at::Tensor probability = logProbability.exp();
  const std::vector<std::int64_t> axes = options.dice == DiceSums::Batch ? std::vector<std::int64_t>{0, 2, 3, 4} : std::vector<std::int64_t>{2, 3, 4};
  const at::Tensor truePositive = (probability * weightedTruth).sum(axes);
  const at::Tensor total = (probability * w).sum(axes) + weightedTruth.sum(axes);
  const at::Tensor dice = (2 * truePositive + diceSmooth) / (total + diceSmooth);
  return share.crossEntropy * crossEntropy - share.dice * dice.slice(-1, 1).mean();
}

at::Tensor deepSupervisionLoss(const std::vector<at::Tensor>& logits, const std::vector<Index3>& strides, const at::Tensor& label,
                               const at::Tensor& confidence, const std::vector<double>& weights, const LossOptions& options,
                               const std::vector<LossShare>& shares) {
  at::Tensor total;
  for (std::size_t head = 0; head < logits.size(); ++head) {
    if (weights[head] == 0) continue;
    const LossShare share = shares.empty() ? LossShare{} : shares[head];
    const at::Tensor loss = weights[head] * segmentationLoss(logits[head], everyNth(label, strides[head]), everyNth(confidence, strides[head]), options, share);
    total = total.defined() ? total + loss : loss;
  }
  return total;
}

std::vector<LossShare> lossShares(const at::Tensor& partConfidence, const at::Tensor& confidence, const std::vector<Index3>& strides,
                                  const LossOptions& options) {
  const double samples = static_cast<double>(partConfidence.size(0)) / static_cast<double>(confidence.size(0));
  std::vector<LossShare> shares;
  for (const Index3& stride : strides) {
    const auto sum = [&](const at::Tensor& weights) { return std::max(leastConfidenceSum, everyNth(weights, stride).sum(at::kDouble).item<double>()); };
    shares.push_back({options.crossEntropy == CrossEntropyNorm::Confidence ? sum(partConfidence) / sum(confidence) : samples, samples});
  }
  return shares;
}

}  // namespace geoscribe
