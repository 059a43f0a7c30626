#include "core/batch_queue.hpp"

#include <atomic>
#include <stdexcept>

#include "tests/check.hpp"

namespace geoscribe::testing {
namespace {

Batch numbered(std::size_t k) { return {at::full({1}, static_cast<double>(k)), at::Tensor(), at::Tensor()}; }

const Register order("batches come in order, each prepared once, for any number of threads and any depth", [] {
  for (const Prefetch& prefetch : {Prefetch{1, 1}, Prefetch{1, 4}, Prefetch{3, 2}, Prefetch{4, 9}, Prefetch{2, 100}}) {
    std::vector<std::atomic<int>> prepared(40);
    BatchQueue queue(40, prefetch, [&](std::size_t k) {
      ++prepared[k];
      return numbered(k);
    });
    for (std::size_t k = 0; k < 40; ++k) expect(queue.next().image.item<double>() == static_cast<double>(k), "batch " + std::to_string(k));
    for (const auto& count : prepared) expect(count == 1, "once");
  }
});

const Register depth("never more batches than the depth are begun and not taken", [] {
  std::atomic<std::size_t> begun{0}, taken{0};
  std::atomic<bool> tooMany{false};
  BatchQueue queue(50, {3, 4}, [&](std::size_t k) {
    // The batch that is being taken may still count as not taken here.
    if (++begun > taken + 4 + 1) tooMany = true;
    return numbered(k);
  });
  for (std::size_t k = 0; k < 50; ++k) {
    queue.next();
    ++taken;
  }
  expect(!tooMany, "depth");
});

const Register failure("a failed preparation surfaces in its place and not before", [] {
  BatchQueue queue(10, {3, 8}, [](std::size_t k) -> Batch {
    if (k >= 4) throw std::runtime_error(std::to_string(k));
    return numbered(k);
  });
  for (std::size_t k = 0; k < 4; ++k) queue.next();
  std::string text;
  try {
    queue.next();
  } catch (const std::runtime_error& error) {
    text = error.what();
  }
  expect(text == "4", "received '" + text + "'");
});

const Register abandoned("a queue that nobody empties ends, also before its first batch and without any", [] {
  for (const std::size_t taken : {0, 1, 5}) {
    BatchQueue queue(1000, {4, 6}, numbered);
    for (std::size_t k = 0; k < taken; ++k) queue.next();
  }
  BatchQueue empty(0, {2, 2}, numbered);
});

}  // namespace
}  // namespace geoscribe::testing
