#include "core/timing.hpp"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "core/trainer.hpp"

namespace geoscribe {
namespace {

/** A volume whose values and labels follow from the index; sines, so that no activation is constant. */
Batch madeUpBatch(const TimingOptions& options) {
  const auto [z, y, x] = options.patch;
  const std::int64_t values = options.batch * options.spec.inputChannels * voxelCount(options.patch);
  return {at::arange(values, at::kFloat).mul_(0.37).sin_().view({options.batch, options.spec.inputChannels, z, y, x}),
          at::arange(options.batch * voxelCount(options.patch), at::kLong).remainder_(options.spec.classes).view({options.batch, z, y, x}),
          at::ones({options.batch, z, y, x})};
}

double secondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

StepTiming timeSteps(const TimingOptions& options) {
  const std::vector<NamedTensor> initial = initialTensors(options.spec, 0);
  TrainerOptions training{options.spec, options.device, options.patch, {false, std::nullopt, {}}, {0.9, 0, 12}, std::nullopt, options.precision,
                          deepSupervisionWeights(options.spec.decoderLevels()), {}, options.layout};
  Trainer trainer(training, initial, {});
  const Batch batch = madeUpBatch(options);
  StepTiming fastest{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  trainer.step(batch, 1e-3);
  for (int i = 0; i < options.repeats; ++i) fastest.training = std::min(fastest.training, trainer.step(batch, 1e-3).seconds);

  std::vector<NamedTensor> weights = initial;
  for (NamedTensor& weight : weights) weight.value = weight.value.to(options.device);
  const Network network(options.spec, weights, options.layout);
  const c10::InferenceMode inference;
  const AutocastScope autocast(options.device.type(), options.precision);
  for (int i = 0; i < options.repeats; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    network.forward(batch.image.to(options.device), 1).front().cpu();
    fastest.inference = std::min(fastest.inference, secondsSince(begin));
  }
  return fastest;
}

}  // namespace geoscribe
