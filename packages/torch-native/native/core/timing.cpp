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

/** A run of some milliseconds is often one in which the machine had put a thread aside: so many decide, as long as it is not long. */
constexpr int shortRuns = 5;
constexpr double shortSeconds = 0.25;

template <typename Run>
double fastestOf(const TimingOptions& options, Run run) {
  const double first = run();
  if (first > options.patience) return first;
  double fastest = std::numeric_limits<double>::infinity();
  double total = 0;
  for (int i = 0; i < options.repeats || (i < shortRuns && total < shortSeconds); ++i) {
    const double seconds = run();
    total += seconds;
    fastest = std::min(fastest, seconds);
  }
  return fastest;
}

double timeTraining(const TimingOptions& options) {
  TrainerOptions training{options.spec, options.device, options.patch, {false, std::nullopt, {}}, {0.9, 0, 12}, std::nullopt, options.precision,
                          deepSupervisionWeights(options.spec.decoderLevels()), {}, options.layout};
  Trainer trainer(training, initialTensors(options.spec, 0), {});
  const Batch batch = madeUpBatch(options);
  return fastestOf(options, [&] { return trainer.step(batch, 1e-3).seconds; });
}

double timePrediction(const TimingOptions& options) {
  std::vector<NamedTensor> weights = initialTensors(options.spec, 0);
  for (NamedTensor& weight : weights) weight.value = weight.value.to(options.device);
  const Network network(options.spec, weights, options.layout);
  const at::Tensor image = madeUpBatch(options).image;
  const c10::InferenceMode inference;
  const AutocastScope autocast(options.device.type(), options.precision);
  return fastestOf(options, [&] {
    const auto begin = std::chrono::steady_clock::now();
    network.forward(image.to(options.device), 1).front().cpu();
    return secondsSince(begin);
  });
}

}  // namespace

double timeRuns(const TimingOptions& options) {
  return options.work == TimedWork::Training ? timeTraining(options) : timePrediction(options);
}

}  // namespace geoscribe
