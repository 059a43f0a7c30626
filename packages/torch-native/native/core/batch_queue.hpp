#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "core/batch.hpp"

namespace geoscribe {

/** Threads that prepare batches, and how many batches may be under preparation or wait, ready. */
struct Prefetch {
  std::size_t threads = 1;
  std::size_t batches = 2;
};

/**
 * Batches 0 to count - 1, prepared ahead by threads of its own and handed out in order. `prepare(k)` is called once for
 * every batch, by any thread: what it returns must follow from k alone, then threads and depth change nothing but the time.
 */
class BatchQueue {
 public:
  using Prepare = std::function<Batch(std::size_t)>;
  BatchQueue(std::size_t count, const Prefetch& prefetch, Prepare prepare);
  /** Waits for the batches under preparation, starts no other. */
  ~BatchQueue();
  BatchQueue(const BatchQueue&) = delete;
  BatchQueue& operator=(const BatchQueue&) = delete;

  /** Waits for the next batch; throws what its preparation threw. To be called at most `count` times, by one thread. */
  Batch next();

 private:
  struct Outcome {
    Batch batch;
    std::exception_ptr failure;
  };
  void work();
  void end();

  const std::size_t count_;
  const std::size_t depth_;
  const Prepare prepare_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t begun_ = 0;
  std::size_t taken_ = 0;
  bool ending_ = false;
  std::map<std::size_t, Outcome> ready_;
  std::vector<std::thread> threads_;
};

}  // namespace geoscribe
