#include "core/thread_pool.hpp"

#include <atomic>
#include <numeric>

#include "check.hpp"
#include "support.hpp"

using namespace geoscribe;
using geoscribe::testing::Bench;

TEST("a parallel loop visits every index once") {
  for (const int threads : {1, 2, 7}) {
    Bench bench(threads);
    std::vector<std::atomic<int>> visits(1000);
    bench.workers.run(1000, [&](int64_t i) { ++visits[static_cast<std::size_t>(i)]; });
    for (const auto& count : visits) CHECK(count == 1);
  }
}

TEST("a loop inside a loop ends, even where it asks for more threads than the pool has") {
  Bench bench(1);
  const Workers many{bench.pool, 8, bench.control};
  std::atomic<int> visits{0};
  many.run(8, [&](int64_t) { many.run(8, [&](int64_t) { ++visits; }); });
  CHECK(visits == 64);
}

TEST("the exception of a body reaches the caller and ends the loop") {
  Bench bench;
  std::atomic<int> visits{0};
  CHECK_THROWS(std::runtime_error, bench.workers.run(1'000'000, [&](int64_t i) {
    ++visits;
    if (i == 3) throw std::runtime_error("third");
  }));
  CHECK(visits < 1'000'000);
  bench.workers.run(10, [&](int64_t) {});
}

TEST("a cancelled loop throws Cancelled") {
  Bench bench;
  CHECK_THROWS(Cancelled, bench.workers.run(1'000'000, [&](int64_t i) {
    if (i == 5) bench.control.cancelled = true;
  }));
}

TEST("loops of several threads share one pool") {
  ThreadPool pool(2);
  Control control;
  std::atomic<int64_t> sum{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] { pool.parallel_for(100, 3, control, [&](int64_t i) { sum += i; }); });
  }
  for (auto& caller : callers) caller.join();
  CHECK(sum == 4 * 4950);
}
