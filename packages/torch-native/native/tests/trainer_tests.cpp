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

const Register nonFinite("a loss that is not finite is an error and leaves the weights alone", [] {
  Phantom phantom({10, 11, 12}, 1);
  Trainer trainer(options(), initialTensors(smallSpec(), 1), {phantom.view()});
  trainer.run(steps(2, 0), never, silent);
  const auto before = trainer.state();
  std::ranges::fill(phantom.image, std::numeric_limits<float>::infinity());
  std::string code;
  try {
    trainer.run(steps(1, 9), never, silent);
  } catch (const Error& error) {
    code = error.code;
  }
  expect(code == "NonFiniteLossError", "received '" + code + "'");
  const auto after = trainer.state();
  for (std::size_t i = 0; i < before.size(); ++i) expect(before[i].value.equal(after[i].value), before[i].name);
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
