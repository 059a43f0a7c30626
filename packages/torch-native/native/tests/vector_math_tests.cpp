#include "core/vector_math.hpp"

#include <cmath>
#include <numbers>

#include "tests/check.hpp"

namespace geoscribe::testing {
namespace {

// Some units in the last place of float32 (6e-8), of a result near 1.
constexpr double few = 3e-7;

const Register logarithms("the logarithm of the lanes is the logarithm", [] {
  for (double value = 1e-24; value < 1e24; value *= 1.37) {
    const auto rounded = static_cast<float>(value);
    const double expected = std::log(static_cast<double>(rounded));
    expectNear(vectorLog(rounded), expected, few * std::max(1.0, std::abs(expected)), "log of " + std::to_string(value));
  }
  for (double value = 0.5; value < 2; value += 0.001) {
    expectNear(vectorLog(static_cast<float>(value)), std::log(static_cast<double>(static_cast<float>(value))), few, "log near 1");
  }
});

const Register exponentials("the exponential of the lanes is the exponential", [] {
  for (double value = -86; value < 86; value += 0.0173) {
    const double expected = std::exp(static_cast<double>(static_cast<float>(value)));
    // The argument is reduced in float32: half a unit of 86 would be 4e-6, the two-part constant leaves a tenth of it.
    expectNear(vectorExp(static_cast<float>(value)) / expected, 1, few, "exp of " + std::to_string(value));
  }
});

const Register turns("sine and cosine of the lanes lie on the circle, a quarter of it for each pair of first bits", [] {
  for (std::uint64_t bits = 0; bits < 0x100000000; bits += 1234567) {
    const double angle = 2 * std::numbers::pi * (static_cast<double>(bits) * 0x1p-32) - std::numbers::pi / 4;
    const auto [sine, cosine] = vectorSineCosine(static_cast<std::uint32_t>(bits));
    expectNear(sine, std::sin(angle), few, "sine");
    expectNear(cosine, std::cos(angle), few, "cosine");
  }
});

}  // namespace
}  // namespace geoscribe::testing
