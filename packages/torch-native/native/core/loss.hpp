#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "core/network_spec.hpp"

namespace geoscribe {

/** What the weighted cross-entropy is divided by: the sum of the confidence, or (as the reference does) the voxel count. */
enum class CrossEntropyNorm { Confidence, Voxels };
/** Dice sums per sample of the batch, or over the whole batch. */
enum class DiceSums { Sample, Batch };

struct LossOptions {
  CrossEntropyNorm crossEntropy = CrossEntropyNorm::Confidence;
  DiceSums dice = DiceSums::Sample;
};

/** What a part of a batch adds to the loss of the whole: factors of its cross-entropy and of its Dice. */
struct LossShare {
  double crossEntropy = 1;
  double dice = 1;
};

/** 1, 1/2, 1/4, ... with the lowest head 0 (a single head keeps 1), normalised to sum 1. */
std::vector<double> deepSupervisionWeights(std::size_t heads);

/**
 * Cross-entropy minus mean foreground Dice, both weighted by the confidence.
 * `logits` [N, C, Z, Y, X] (float32 or float64), `label` [N, Z, Y, X] int64, `confidence` [N, Z, Y, X]. A scalar.
 * On the CPU one pass over the voxels gives the value and a second one the gradient.
 */
at::Tensor segmentationLoss(const at::Tensor& logits, const at::Tensor& label, const at::Tensor& confidence, const LossOptions& options,
                            const LossShare& share = {});

/** The same by LibTorch's operators and its own gradient: for devices other than the CPU, and to compare with. */
at::Tensor segmentationLossByOperators(const at::Tensor& logits, const at::Tensor& label, const at::Tensor& confidence, const LossOptions& options,
                                       const LossShare& share = {});

/**
 * Sum over heads of weight times loss; targets of a coarser head are every stride-th voxel from stride / 2 on (as nnU-Net's
 * `nearest-exact`). `shares`: one a head where the logits are of a part of the batch.
 */
at::Tensor deepSupervisionLoss(const std::vector<at::Tensor>& logits, const std::vector<Index3>& strides, const at::Tensor& label,
                               const at::Tensor& confidence, const std::vector<double>& weights, const LossOptions& options,
                               const std::vector<LossShare>& shares = {});

/**
 * One a head, for deepSupervisionLoss of a part: the sum over the parts of a batch is the loss of the batch, except for Dice
 * sums over the batch, which no part knows; there every part's own Dice counts by its samples.
 */
std::vector<LossShare> lossShares(const at::Tensor& partConfidence, const at::Tensor& confidence, const std::vector<Index3>& strides,
                                  const LossOptions& options);

}  // namespace geoscribe
