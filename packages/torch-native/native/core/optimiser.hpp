#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "core/named_tensors.hpp"

namespace geoscribe {

struct OptimiserOptions {
  double momentum;
  double weightDecay;
  /** Greatest norm of the gradient; longer ones are scaled down to it. */
  double gradientClip;
};

/** Norm of all gradients together, float64; undefined gradients count as 0. */
double gradientNorm(const std::vector<at::Tensor>& gradients);

/**
 * Stochastic gradient descent with Nesterov momentum, as PyTorch's SGD: g = clipped gradient + weightDecay w,
 * v = momentum v + g, w = w - rate (g + momentum v).
 */
class Optimiser {
 public:
  Optimiser(OptimiserOptions options, const std::vector<NamedTensor>& weights);

  /** `gradients` in the order of the weights; a weight without one (a head that no loss reaches) is left alone. */
  void step(std::vector<NamedTensor>& weights, const std::vector<at::Tensor>& gradients, double norm, double learningRate);

  std::vector<NamedTensor>& momentum() { return momentum_; }

 private:
  OptimiserOptions options_;
  std::vector<NamedTensor> momentum_;
};

}  // namespace geoscribe
