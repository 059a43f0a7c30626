#include "core/trainer.hpp"

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/device.hpp"
#include "core/error.hpp"

namespace geoscribe {
namespace {

std::vector<NamedTensor> trainable(const TrainerOptions& options, const std::vector<NamedTensor>& initial) {
  std::vector<NamedTensor> weights = copyTensors(matchTensors(tensorSpecs(options.spec), initial));
  for (NamedTensor& weight : weights) weight.value = weight.value.to(options.device).requires_grad_(true);
  return weights;
}

/** Heads that the loss reaches, finest first: those behind the last weight that is not 0 are not computed. */
std::size_t headCount(const std::vector<double>& weights) {
  std::size_t count = weights.size();
  while (count > 1 && weights[count - 1] == 0) --count;
  return count;
}

double secondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void copyInto(std::vector<NamedTensor>& targets, const std::vector<NamedTensor>& sources) {
  const c10::NoGradGuard noGrad;
  for (std::size_t i = 0; i < targets.size(); ++i) targets[i].value.copy_(sources[i].value);
}

}  // namespace

Trainer::Trainer(TrainerOptions options, const std::vector<NamedTensor>& initial, std::vector<CaseView> cases)
    : options_(std::move(options)),
      weights_(trainable(options_, initial)),
      network_(options_.spec, weights_, options_.layout),
      optimiser_(options_.optimiser, weights_),
      cases_(std::move(cases)) {
  if (options_.deterministic && options_.device.is_cuda()) useDeterministicAlgorithms();
  for (const NamedTensor& weight : weights_) {
    parameters_.push_back(weight.value);
    if (options_.emaDecay) ema_.push_back({weight.name, weight.value.detach().clone()});
  }
  for (std::size_t level = 0; level < options_.spec.decoderLevels(); ++level) strides_.push_back(levelStride(options_.spec, level));
}

Batch Trainer::prepare(const StepRequest& request) const {
  const auto samples = static_cast<std::int64_t>(request.patches.size());
  const auto [z, y, x] = options_.patch;
  Batch batch{at::empty({samples, options_.spec.inputChannels, z, y, x}), at::empty({samples, z, y, x}, at::kLong), at::empty({samples, z, y, x})};
  for (std::int64_t n = 0; n < samples; ++n) {
    const PatchRequest& patchRequest = request.patches[static_cast<std::size_t>(n)];
    const Patch patch = samplePatch(cases_.at(patchRequest.caseIndex), patchRequest, options_.patch, options_.augmentation);
    const std::int64_t greatest = *std::ranges::max_element(patch.label);
    if (greatest >= options_.spec.classes) {
      throw Error("InvalidLabelError", "A label map holds a class the network does not have",
                  {"cases[" + std::to_string(patchRequest.caseIndex) + "].label", "0 to " + std::to_string(options_.spec.classes - 1),
                   std::to_string(greatest), "Check the label map's classes."});
    }
    const auto voxels = static_cast<std::size_t>(voxelCount(options_.patch));
    std::ranges::copy(patch.image, batch.image.data_ptr<float>() + static_cast<std::size_t>(n) * patch.image.size());
    std::ranges::copy(patch.label, batch.label.data_ptr<std::int64_t>() + static_cast<std::size_t>(n) * voxels);
    std::ranges::copy(patch.confidence, batch.confidence.data_ptr<float>() + static_cast<std::size_t>(n) * voxels);
  }
  return batch;
}

Trainer::LossAndGradient Trainer::differentiatePart(const Batch& part, const std::vector<LossShare>& shares) const {
  std::vector<at::Tensor> logits;
  {
    const AutocastScope autocast(options_.device.type(), options_.precision);
    logits = network_.forward(part.image.to(options_.device), headCount(options_.headWeights));
  }
  for (at::Tensor& head : logits) head = head.to(at::kFloat);
  const at::Tensor loss = deepSupervisionLoss(logits, strides_, part.label.to(options_.device), part.confidence.to(options_.device),
                                              options_.headWeights, options_.loss, shares);
  noteBackwardPass();
  const std::vector<at::Tensor> gradient = torch::autograd::grad({loss}, parameters_, {}, {}, false, true);
  return {loss.item<double>(), gradient};
}

Trainer::LossAndGradient Trainer::differentiate(const Batch& batch) const {
  const std::int64_t samples = batch.samples(), parts = std::min(options_.accumulate, samples);
  if (parts == 1) return differentiatePart(batch, {});
  LossAndGradient whole{0, {}};
  for (std::int64_t k = 0; k < parts; ++k) {
    const Batch part = batch.part(samples * k / parts, samples * (k + 1) / parts);
    LossAndGradient summand = differentiatePart(part, lossShares(part.confidence, batch.confidence, strides_, options_.loss));
    whole.loss += summand.loss;
    if (k == 0) {
      whole.gradient = std::move(summand.gradient);
      continue;
    }
    for (std::size_t i = 0; i < whole.gradient.size(); ++i) {
      // The loss reaches the same weights in every part.
      if (whole.gradient[i].defined()) whole.gradient[i] = whole.gradient[i].add(summand.gradient[i]);
    }
  }
  return whole;
}

StepResult Trainer::step(const Batch& batch, double learningRate) {
  const auto begin = std::chrono::steady_clock::now();
  const auto [loss, gradient] = differentiate(batch);
  const double norm = gradientNorm(gradient);
  if (!std::isfinite(loss) || !std::isfinite(norm)) {
    throw Error("NonFiniteLossError", "The loss or its gradient is not a finite number",
                {"loss", "a finite loss and gradient", std::to_string(loss) + " and norm " + std::to_string(norm),
                 "Lower the learning rate, and check the images for values that are not finite."});
  }
  optimiser_.step(weights_, gradient, norm, learningRate);
  if (options_.emaDecay) {
    const c10::NoGradGuard noGrad;
    for (std::size_t i = 0; i < ema_.size(); ++i) ema_[i].value.lerp_(weights_[i].value, 1 - *options_.emaDecay);
  }
  return {loss, norm, secondsSince(begin)};
}

std::vector<StepResult> Trainer::run(const std::vector<StepRequest>& steps, const std::function<bool()>& cancelled,
                                     const std::function<void(const StepResult&, std::size_t)>& onStep) {
  std::vector<StepResult> results;
  BatchQueue queue(steps.size(), options_.prefetch, [&](std::size_t k) { return prepare(steps[k]); });
  for (std::size_t k = 0; k < steps.size() && !cancelled(); ++k) {
    const auto begin = std::chrono::steady_clock::now();
    const Batch batch = queue.next();
    const double waited = secondsSince(begin);
    results.push_back(step(batch, steps[k].learningRate));
    results.back().waitSeconds = waited;
    onStep(results.back(), k);
  }
  return results;
}

std::vector<NamedTensor> Trainer::state() {
  std::vector<NamedTensor> state = copyTensors(weights_, "model.");
  std::ranges::move(copyTensors(optimiser_.momentum(), "momentum."), std::back_inserter(state));
  std::ranges::move(copyTensors(ema_, "ema."), std::back_inserter(state));
  return state;
}

void Trainer::restore(const std::vector<NamedTensor>& state) {
  const std::vector<TensorSpec> specs = tensorSpecs(options_.spec);
  // All parts are checked before the first is copied: a state that does not fit changes nothing.
  const auto model = matchTensors(specs, state, "model.");
  const auto momentum = matchTensors(specs, state, "momentum.");
  const auto ema = options_.emaDecay ? matchTensors(specs, state, "ema.") : std::vector<NamedTensor>();
  copyInto(weights_, model);
  copyInto(optimiser_.momentum(), momentum);
  copyInto(ema_, ema);
}

std::vector<NamedTensor> Trainer::network(Which which) const {
  if (which == Which::Ema && !options_.emaDecay) {
    throw Error("InvalidArgumentError", "This trainer keeps no moving average", {"which", "model", "ema", "Create the trainer with emaDecay."});
  }
  return copyTensors(which == Which::Ema ? ema_ : weights_);
}

}  // namespace geoscribe
