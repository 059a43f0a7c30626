#include "core/counter_random.hpp"
#include "tests/check.hpp"

namespace geoscribe::testing {
namespace {

using Block = std::array<std::uint32_t, 4>;

// Known answers of Random123's kat_vectors for philox4x32 with 10 rounds.
const Register knownAnswers("Philox gives the published known answers", [] {
  expect(CounterRandom::philox(Block{0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, "zeros");
  expect(CounterRandom::philox(Block{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
             Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
         "ones");
  expect(CounterRandom::philox(Block{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
             Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
         "pi");
});

const Register streams("streams of one seed differ, and one stream repeats", [] {
  CounterRandom a(7, 0), again(7, 0), other(7, 1), otherSeed(8, 0);
  bool differs = false, seedDiffers = false;
  for (int i = 0; i < 16; ++i) {
    const std::uint32_t value = a.next();
    expect(value == again.next(), "repeats");
    differs = differs || value != other.next();
    seedDiffers = seedDiffers || value != otherSeed.next();
  }
  expect(differs && seedDiffers, "differs");
});

const Register moments("uniform and normal numbers have their moments", [] {
  CounterRandom random(1, 2);
  constexpr int count = 100000;
  double sum = 0, squares = 0, uniformSum = 0;
  for (int i = 0; i < count; ++i) {
    const double value = random.normal();
    sum += value;
    squares += value * value;
    const double uniform = random.uniform(2, 4);
    expect(uniform > 2 && uniform < 4, "range");
    uniformSum += uniform;
  }
  // Six standard errors: 1/sqrt(n), sqrt(2/n) and (2/sqrt(12))/sqrt(n).
  expectNear(sum / count, 0, 6 * 0.00316, "mean");
  expectNear(squares / count, 1, 6 * 0.00447, "variance");
  expectNear(uniformSum / count, 3, 6 * 0.00183, "uniform mean");
});

}  // namespace
}  // namespace geoscribe::testing
