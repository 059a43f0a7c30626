#include "core/optimiser.hpp"

#include <c10/core/GradMode.h>

#include <cmath>

#include <algorithm>

namespace geoscribe {

double gradientNorm(const std::vector<at::Tensor>& gradients) {
  std::vector<at::Tensor> squares;
  for (const at::Tensor& gradient : gradients) {
    if (gradient.defined()) squares.push_back(gradient.to(at::kDouble).square().sum());
  }
  return std::sqrt(at::stack(squares).sum().item<double>());
}

Optimiser::Optimiser(OptimiserOptions options, const std::vector<NamedTensor>& weights) : options_(options) {
  for (const NamedTensor& weight : weights) momentum_.push_back({weight.name, at::zeros_like(weight.value)});
}

void Optimiser::step(std::vector<NamedTensor>& weights, const std::vector<at::Tensor>& gradients, double norm, double learningRate) {
  const c10::NoGradGuard noGrad;
  const double scale = std::min(1.0, options_.gradientClip / (norm + 1e-6));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!gradients[i].defined()) continue;
    at::Tensor weight = weights[i].value;
    at::Tensor velocity = momentum_[i].value;
    const at::Tensor gradient = (gradients[i] * scale).add_(weight, options_.weightDecay);
    velocity.mul_(options_.momentum).add_(gradient);
    weight.sub_(gradient.add(velocity, options_.momentum), learningRate);
  }
}

}  // namespace geoscribe
