#include "core/gate.hpp"

#include <algorithm>
#include <limits>

#include "check.hpp"
#include "core/order_statistics.hpp"
#include "support.hpp"

using namespace geoscribe;
using geoscribe::testing::Bench;

TEST("values of a rank are those of the sorted array, NaN and infinities left out") {
  Bench bench;
  auto values = geoscribe::testing::random_values(700'000, 1, -3.0f, 3.0f);
  auto sorted = values;
  std::sort(sorted.begin(), sorted.end());
  values.push_back(std::numeric_limits<float>::quiet_NaN());
  values.push_back(-std::numeric_limits<float>::infinity());
  const auto size = static_cast<int64_t>(values.size());
  CHECK(count_finite(values.data(), size, bench.workers) == 700'000);
  const std::vector<int64_t> ranks{0, 1, 3'500, 350'000, 699'999};
  const auto found = values_of_rank(values.data(), size, ranks, bench.workers);
  for (std::size_t i = 0; i < ranks.size(); ++i) CHECK(found[i] == sorted[static_cast<std::size_t>(ranks[i])]);
}

TEST("the reference gate is the range inset by 5 %, the robust one cuts outliers first") {
  Bench bench;
  std::vector<float> values(1001);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  values[1000] = 1e6f;
  const Gate reference = gate_of(GateRule::reference, values.data(), 1001, bench.workers);
  CHECK(reference.low == 5e4 && reference.high == 95e4);
  const Gate robust = gate_of(GateRule::robust, values.data(), 1001, bench.workers);
  CHECK(robust.low == 5.0 + 0.05 * 990.0 && robust.high == 995.0 - 0.05 * 990.0);
}

TEST("a volume without a finite voxel, and the rule none, admit everything") {
  Bench bench;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(gate_of(GateRule::robust, &nan, 1, bench.workers).admits(1e38f));
  const float one = 1.0f;
  CHECK(gate_of(GateRule::none, &one, 1, bench.workers).admits(-5.0f));
  CHECK(gate_of(GateRule::robust, &one, 1, bench.workers).admits(1.0f));
}
