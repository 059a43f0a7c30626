#pragma once

#include "core/loss.hpp"

namespace geoscribe {

constexpr double diceSmooth = 1e-5;
/** Keeps the cross-entropy of a batch without any confidence at 0 instead of 0/0. */
constexpr double leastConfidenceSum = 1e-6;

/** segmentationLoss for tensors on the CPU, float32 or float64 logits of any layout; keeps the probabilities for its gradient. */
at::Tensor fusedSegmentationLoss(const at::Tensor& logits, const at::Tensor& label, const at::Tensor& confidence, const LossOptions& options,
                                 const LossShare& share);

}  // namespace geoscribe
