#include "core/gate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "check.hpp"
#include "core/order_statistics.hpp"
#include "support.hpp"

using namespace geoscribe;
using geoscribe::testing::Bench;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
const std::vector<int64_t> some_ranks{0, 1, 3'500, 350'000, 699'998, 699'999};

/** Values of `some_ranks` are those of the sorted finite values, of which there are 700,000. */
void check_ranks(const Channel& channel, std::size_t size) {
  std::vector<float> sorted(size);
  channel.read(0, static_cast<int64_t>(size), sorted.data());
  std::erase_if(sorted, [](float value) { return !std::isfinite(value); });
  std::sort(sorted.begin(), sorted.end());
  CHECK(sorted.size() == 700'000);
  for (const int threads : {1, 3}) {
    Bench bench(threads);
    const OrderStatistics statistics(channel, static_cast<int64_t>(size), bench.workers);
    CHECK(statistics.count() == 700'000);
    const auto found = statistics.values(some_ranks, bench.workers);
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == sorted[static_cast<std::size_t>(some_ranks[i])]);
  }
}

template <class Integer>
std::vector<Integer> random_integers(double low, double high) {
  std::vector<Integer> values;
  for (const float share : geoscribe::testing::random_values(700'000, 2)) {
    values.push_back(static_cast<Integer>(low + (high - low) * static_cast<double>(share)));
  }
  return values;
}

}  // namespace

TEST("values of a rank are those of the sorted array, NaN and infinities left out") {
  auto values = geoscribe::testing::random_values(700'000, 1, -3.0f, 3.0f);
  values.push_back(std::numeric_limits<float>::quiet_NaN());
  values.push_back(-infinity);
  check_ranks({values.data()}, values.size());
  check_ranks({values.data(), Element::float32, -0.7, 0.1}, values.size());
}

TEST("values of a rank of integer channels, whatever scale and offset") {
  const auto signed_ones = random_integers<int16_t>(-32'768, 32'767.9);
  const auto words = random_integers<uint16_t>(30'000, 40'000);
  const auto bytes = random_integers<uint8_t>(3, 250);
  for (const double scale : {1.0, -0.3}) {
    check_ranks({signed_ones.data(), Element::int16, scale, scale - 1.0}, signed_ones.size());
    check_ranks({words.data(), Element::uint16, scale, scale - 1.0}, words.size());
    check_ranks({bytes.data(), Element::uint8, scale, scale - 1.0}, bytes.size());
  }
}

TEST("integers that the scale makes infinite are left out") {
  Bench bench;
  const std::vector<int16_t> values{0, 1, 2, 32'000};
  const OrderStatistics statistics({values.data(), Element::int16, 1e35, 0.0}, 4, bench.workers);
  CHECK(statistics.count() == 3);
  CHECK(statistics.values({2}, bench.workers)[0] == 2e35f);
}

TEST("the reference gate is the range inset by 5 %, the robust one cuts outliers first") {
  Bench bench;
  std::vector<float> values(1001);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  values[1000] = 1e6f;
  const Gate reference = gate_of(GateRule::reference, {values.data()}, 1001, bench.workers);
  CHECK(reference.low == 5e4 && reference.high == 95e4);
  const Gate robust = gate_of(GateRule::robust, {values.data()}, 1001, bench.workers);
  CHECK(robust.low == 5.0 + 0.05 * 990.0 && robust.high == 995.0 - 0.05 * 990.0);
}

TEST("a volume without a finite voxel, and the rule none, admit everything") {
  Bench bench;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(gate_of(GateRule::robust, {&nan}, 1, bench.workers).admits(1e38f));
  const float one = 1.0f;
  CHECK(gate_of(GateRule::none, {&one}, 1, bench.workers).admits(-5.0f));
  CHECK(gate_of(GateRule::robust, {&one}, 1, bench.workers).admits(1.0f));
}
