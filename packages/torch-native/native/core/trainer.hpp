#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/augmentation.hpp"
#include "core/batch_queue.hpp"
#include "core/loss.hpp"
#include "core/network.hpp"
#include "core/optimiser.hpp"
#include "core/precision.hpp"

namespace geoscribe {

struct TrainerOptions {
  NetworkSpec spec;
  at::Device device = at::kCPU;
  Index3 patch;
  AugmentationSpec augmentation;
  OptimiserOptions optimiser;
  std::optional<double> emaDecay;
  Precision precision;
  std::vector<double> headWeights;
  LossOptions loss;
  MemoryLayout layout = MemoryLayout::ChannelsLast;
  /** Parts that a batch is computed in, one after the other; more than its samples are as many as these. */
  std::int64_t accumulate = 1;
  /** On CUDA: algorithms that always add in the same order, for the whole process. On the CPU it is so anyway. */
  bool deterministic = false;
  Prefetch prefetch = {};
};

struct StepRequest {
  std::vector<PatchRequest> patches;
  double learningRate;
};

struct StepResult {
  double loss;
  double gradientNorm;
  double seconds;
  /** How long the step waited for its batch, before those seconds. */
  double waitSeconds = 0;
};

/** Weights, momentum and moving average of a network in training. Not thread-safe: one thread at a time. */
class Trainer {
 public:
  Trainer(TrainerOptions options, const std::vector<NamedTensor>& initial, std::vector<CaseView> cases);

  /**
   * Trains step after step while the next batches are prepared on other threads. Stops before the next step once
   * `cancelled()` is true. Throws NonFiniteLossError before the weights are touched by a step whose loss or gradient is
   * not finite, and what the preparation of a batch throws (InvalidLabelError) in place of its step.
   */
  std::vector<StepResult> run(const std::vector<StepRequest>& steps, const std::function<bool()>& cancelled,
                              const std::function<void(const StepResult&, std::size_t)>& onStep);

  StepResult step(const Batch& batch, double learningRate);

  /** Names prefixed `model.`, `momentum.`, and `ema.` where a moving average is kept. */
  std::vector<NamedTensor> state();
  void restore(const std::vector<NamedTensor>& state);

  enum class Which { Model, Ema };
  std::vector<NamedTensor> network(Which which) const;

  void setCases(std::vector<CaseView> cases) { cases_ = std::move(cases); }

 private:
  struct LossAndGradient {
    double loss;
    std::vector<at::Tensor> gradient;
  };

  Batch prepare(const StepRequest& request) const;
  LossAndGradient differentiate(const Batch& batch) const;
  LossAndGradient differentiatePart(const Batch& part, const std::vector<LossShare>& shares) const;

  TrainerOptions options_;
  std::vector<NamedTensor> weights_;
  std::vector<NamedTensor> ema_;
  std::vector<at::Tensor> parameters_;
  Network network_;
  Optimiser optimiser_;
  std::vector<CaseView> cases_;
  std::vector<Index3> strides_;
};

}  // namespace geoscribe
