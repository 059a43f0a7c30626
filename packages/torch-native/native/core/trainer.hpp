#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/augmentation.hpp"
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
};

struct StepRequest {
  std::vector<PatchRequest> patches;
  double learningRate;
};

struct StepResult {
  double loss;
  double gradientNorm;
  double seconds;
};

/** The patches of one step as tensors on the CPU. */
struct Batch {
  at::Tensor image;       // [N, C, Z, Y, X] float32
  at::Tensor label;       // [N, Z, Y, X] int64
  at::Tensor confidence;  // [N, Z, Y, X] float32
};

/** Weights, momentum and moving average of a network in training. Not thread-safe: one thread at a time. */
class Trainer {
 public:
  Trainer(TrainerOptions options, const std::vector<NamedTensor>& initial, std::vector<CaseView> cases);

  /**
   * Trains step after step while the next batch is prepared on another thread. Stops before the next step once
   * `cancelled()` is true. Throws NonFiniteLossError before the weights are touched by a step whose loss or gradient is
   * not finite.
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
  Batch prepare(const StepRequest& request) const;

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
