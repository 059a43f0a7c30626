#include "core/trainer.hpp"

#include <limits>

#include "core/error.hpp"
#include "tests/check.hpp"
#include "tests/phantom.hpp"
#include "tests/specs.hpp"

namespace geoscribe::testing {
namespace {

TrainerOptions options() {
  TrainerOptions made{};
  made.spec = smallSpec();
  made.patch = {8, 8, 8};
  made.augmentation = {true, std::nullopt, {true, true, true}};
  made.optimiser = {0.9, 3e-5, 12};
  made.emaDecay = 0.9;
  made.precision = Precision::Float32;
  made.headWeights = deepSupervisionWeights(2);
  return made;
}

std::vector<StepRequest> steps(std::size_t count, std::uint32_t firstSeed) {
  std::vector<StepRequest> made;
  for (std::uint32_t k = 0; k < count; ++k) made.push_back({{{0, {5, 5, 5}, firstSeed + 2 * k}, {0, {3, 6, 4}, firstSeed + 2 * k + 1}}, 0.02});
  return made;
}

const auto never = [] { return false; };
const auto silent = [](const StepResult&, std::size_t) {};

const Register nesterov("the optimiser does Nesterov steps with weight decay and clipping", [] {
  std::vector<NamedTensor> weights{{"w", at::tensor({1.0, -2.0}, at::kDouble)}, {"untouched", at::ones({1}, at::kDouble)}};
  Optimiser optimiser({0.9, 0.1, 5}, weights);
  double w[] = {1, -2}, v[] = {0, 0};
  // The second gradient has norm 10 and is halved by the clip.
  const double gradients[2][2] = {{0.3, 0.4}, {6, -8}};
  for (const auto& gradient : gradients) {
    const std::vector<at::Tensor> given{at::tensor({gradient[0], gradient[1]}, at::kDouble), at::Tensor()};
    const double norm = gradientNorm(given);
    expectNear(norm, std::hypot(gradient[0], gradient[1]), 1e-12, "norm");
    optimiser.step(weights, given, norm, 0.01);
    const double scale = std::min(1.0, 5 / (norm + 1e-6));
    for (int i = 0; i < 2; ++i) {
      const double g = scale * gradient[i] + 0.1 * w[i];
      v[i] = 0.9 * v[i] + g;
      w[i] -= 0.01 * (g + 0.9 * v[i]);
      expectNear(weights[0].value[i].item<double>(), w[i], 1e-12, "weight");
    }
  }
  expect(weights[1].value.item<double>() == 1, "a weight without a gradient");
});

const Register resume("a restored state goes on with the same losses, bit for bit", [] {
  const Phantom phantom({10, 11, 12}, 1);
  const auto initial = initialTensors(smallSpec(), 1);
  Trainer whole(options(), initial, {phantom.view()});
  whole.run(steps(3, 0), never, silent);
  const auto saved = whole.state();
  const auto expected = whole.run(steps(3, 6), never, silent);
  Trainer resumed(options(), initialTensors(smallSpec(), 2), {phantom.view()});
  resumed.restore(saved);
  const auto received = resumed.run(steps(3, 6), never, silent);
  for (std::size_t k = 0; k < 3; ++k) expect(received[k].loss == expected[k].loss, "loss " + std::to_string(k));
  const auto a = whole.state(), b = resumed.state();
  for (std::size_t i = 0; i < a.size(); ++i) expect(a[i].name == b[i].name && a[i].value.equal(b[i].value), a[i].name);
});

const Register average("the moving average follows every step from the first", [] {
  const Phantom phantom({10, 11, 12}, 1);
  Trainer trainer(options(), initialTensors(smallSpec(), 1), {phantom.view()});
  std::vector<NamedTensor> expected = trainer.network(Trainer::Which::Model);
  for (std::uint32_t k = 0; k < 3; ++k) {
    trainer.run(steps(1, k), never, silent);
    const auto model = trainer.network(Trainer::Which::Model);
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i].value = 0.9 * expected[i].value + 0.1 * model[i].value;
  }
  const auto ema = trainer.network(Trainer::Which::Ema);
  for (std::size_t i = 0; i < ema.size(); ++i) {
    expectNear((ema[i].value - expected[i].value).abs().max().item<double>(), 0, 1e-6, ema[i].name);  // three float32 roundings of values near 1
  }
});

/** Code of the error that the run ends with, or nothing. */
std::string codeOf(Trainer& trainer, const std::vector<StepRequest>& requests) {
  try {
    trainer.run(requests, never, silent);
  } catch (const Error& error) {
    return error.code;
  }
  return "";
}

void expectEqual(const std::vector<NamedTensor>& a, const std::vector<NamedTensor>& b) {
  expect(a.size() == b.size(), "as many tensors");
  // Bits, so that a NaN equals itself.
  for (std::size_t i = 0; i < a.size(); ++i) expect(a[i].name == b[i].name && a[i].value.view(at::kInt).equal(b[i].value.view(at::kInt)), a[i].name);
}

const Register nonFiniteImage("an image that is not finite is an error and leaves the weights alone", [] {
  for (const float value : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    for (const std::int64_t accumulate : {1, 2}) {
      Phantom phantom({10, 11, 12}, 1);
      TrainerOptions changed = options();
      changed.accumulate = accumulate;
      Trainer trainer(changed, initialTensors(smallSpec(), 1), {phantom.view()});
      trainer.run(steps(2, 0), never, silent);
      const auto before = trainer.state();
      // One voxel of the patch is enough.
      phantom.image[phantom.index(5, 5, 5)] = value;
      expect(codeOf(trainer, steps(1, 9)) == "NonFiniteLossError", "error");
      expectEqual(trainer.state(), before);
    }
  }
});

const Register nonFiniteWeight("a weight that is not finite is an error and leaves the others alone", [] {
  const Phantom phantom({10, 11, 12}, 1);
  Trainer trainer(options(), initialTensors(smallSpec(), 1), {phantom.view()});
  auto state = trainer.state();
  state.front().value.view(-1)[0] = std::numeric_limits<double>::quiet_NaN();
  trainer.restore(state);
  expect(codeOf(trainer, steps(1, 0)) == "NonFiniteLossError", "error");
  expectEqual(trainer.state(), state);
});

const Register prefetching("neither the threads that prepare batches nor their depth change a bit", [] {
  const Phantom phantom({10, 11, 12}, 1);
  std::vector<std::vector<NamedTensor>> states;
  for (const Prefetch& prefetch : {Prefetch{1, 1}, Prefetch{1, 3}, Prefetch{3, 5}}) {
    TrainerOptions changed = options();
    changed.prefetch = prefetch;
    Trainer trainer(changed, initialTensors(smallSpec(), 1), {phantom.view()});
    const auto results = trainer.run(steps(4, 0), never, silent);
    for (const StepResult& result : results) expect(result.waitSeconds >= 0 && result.seconds > 0, "seconds");
    expect(results.front().waitSeconds > 0, "nobody has prepared the first batch");
    states.push_back(trainer.state());
  }
  expectEqual(states[0], states[1]);
  expectEqual(states[0], states[2]);
});

const Register failingBatch("a bad label surfaces at its step, after the steps before", [] {
  const Phantom good({10, 11, 12}, 1);
  Phantom bad({10, 11, 12}, 1);
  std::ranges::fill(bad.label, std::uint8_t{3});
  TrainerOptions ahead = options();
  ahead.prefetch = {2, 6};
  Trainer trainer(ahead, initialTensors(smallSpec(), 1), {good.view(), bad.view()}), reference(options(), initialTensors(smallSpec(), 1), {good.view()});
  auto requests = steps(5, 0);
  for (std::size_t k = 3; k < 5; ++k) requests[k].patches[1].caseIndex = 1;
  expect(codeOf(trainer, requests) == "InvalidLabelError", "error");
  reference.run(steps(3, 0), never, silent);
  expectEqual(trainer.state(), reference.state());
});

const Register accumulating("a batch in parts is the batch: loss, gradient norm and weights", [] {
  const Phantom phantom({10, 11, 12}, 1);
  Phantom silentPart({10, 11, 12}, 1);
  std::ranges::fill(silentPart.confidence, 0.0F);
  StepRequest request{{}, 0.02};
  // The third patch has no confidence at all; the others have different sums.
  for (std::uint32_t k = 0; k < 5; ++k) request.patches.push_back({k == 2 ? std::size_t{1} : 0, {3 + k, 5, 4 + k}, k});
  for (const CrossEntropyNorm norm : {CrossEntropyNorm::Confidence, CrossEntropyNorm::Voxels}) {
    std::optional<StepResult> whole;
    std::vector<NamedTensor> expected;
    for (const std::int64_t parts : {1, 2, 5, 9}) {
      TrainerOptions changed = options();
      changed.accumulate = parts;
      changed.loss.crossEntropy = norm;
      Trainer trainer(changed, initialTensors(smallSpec(), 1), {phantom.view(), silentPart.view()});
      const StepResult result = trainer.run({request}, never, silent).front();
      const auto state = trainer.state();
      if (!whole) {
        whole = result;
        expected = state;
        continue;
      }
      // Sums of some thousand float32 values in another order; a step moves weights by some 0.02.
      expectNear(result.loss, whole->loss, 2e-6, "loss");
      expectNear(result.gradientNorm / whole->gradientNorm, 1, 2e-5, "norm");
      for (std::size_t i = 0; i < state.size(); ++i) {
        expectNear((state[i].value - expected[i].value).abs().max().item<double>(), 0, 1e-5, state[i].name);
      }
    }
  }
});

const Register cancelling("a cancelled run stops between two steps with the state of the last", [] {
  const Phantom phantom({10, 11, 12}, 1);
  Trainer trainer(options(), initialTensors(smallSpec(), 1), {phantom.view()}), reference(options(), initialTensors(smallSpec(), 1), {phantom.view()});
  std::size_t done = 0;
  const auto results = trainer.run(steps(5, 0), [&] { return done == 2; }, [&](const StepResult&, std::size_t) { ++done; });
  expect(results.size() == 2, "two results");
  reference.run(steps(2, 0), never, silent);
  const auto a = trainer.state(), b = reference.state();
  for (std::size_t i = 0; i < a.size(); ++i) expect(a[i].value.equal(b[i].value), a[i].name);
});

const Register badLabel("a label without a class names the case", [] {
  Phantom phantom({10, 11, 12}, 1);
  std::ranges::fill(phantom.label, std::uint8_t{3});
  Trainer trainer(options(), initialTensors(smallSpec(), 1), {phantom.view()});
  std::string field;
  try {
    trainer.run(steps(1, 0), never, silent);
  } catch (const Error& error) {
    field = error.code + " " + error.detail.field;
  }
  expect(field == "InvalidLabelError cases[0].label", "received '" + field + "'");
});

const Register unfit("a state that does not fit changes nothing", [] {
  const Phantom phantom({10, 11, 12}, 1);
  Trainer trainer(options(), initialTensors(smallSpec(), 1), {phantom.view()});
  auto state = trainer.state();
  const auto before = trainer.state();
  for (NamedTensor& tensor : state) tensor.value = tensor.value + 1;
  state.pop_back();
  bool thrown = false;
  try {
    trainer.restore(state);
  } catch (const Error& error) {
    thrown = error.code == "InvalidCheckpointError";
  }
  expect(thrown, "an error");
  const auto after = trainer.state();
  for (std::size_t i = 0; i < before.size(); ++i) expect(before[i].value.equal(after[i].value), before[i].name);
});

}  // namespace
}  // namespace geoscribe::testing
