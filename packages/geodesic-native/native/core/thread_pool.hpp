#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/control.hpp"

namespace geoscribe {

/**
 * A few threads that help whoever asks. The asking thread works too and never waits for a helper that has not begun, so
 * jobs cannot lock each other out however busy the pool is.
 */
class ThreadPool {
 public:
  /** Starts no thread yet; at most `size` of them start when first needed. */
  explicit ThreadPool(int size);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /**
   * Calls `body(i)` once for each i in [0, count), on the calling thread and up to `threads - 1` helpers. The first
   * exception of a body ends the loop and is thrown here; cancelling counts as one.
   */
  void parallel_for(int64_t count, int threads, const Control& control, const std::function<void(int64_t)>& body);

 private:
  void enqueue(std::function<void()> task);
  void serve();

  const int size_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
  int idle_ = 0;
  bool closing_ = false;
};

/** The pool, how many threads of it a job may use, and the job's control: what every parallel stage needs. */
struct Workers {
  ThreadPool& pool;
  int threads;
  const Control& control;

  void run(int64_t count, const std::function<void(int64_t)>& body) const {
    pool.parallel_for(count, threads, control, body);
  }
};

}  // namespace geoscribe
