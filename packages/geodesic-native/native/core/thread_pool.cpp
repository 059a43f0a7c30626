#include "core/thread_pool.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <system_error>

namespace geoscribe {

namespace {

/** One parallel loop. Helpers own it too: one that begins late finds nothing left and touches nothing else. */
struct Loop {
  Loop(int64_t count_, const Control& control_, const std::function<void(int64_t)>& body_)
      : count(count_), control(control_), body(body_) {}

  int64_t count;
  const Control& control;
  const std::function<void(int64_t)>& body;
  std::atomic<int64_t> next{0};
  std::mutex mutex;
  std::condition_variable done;
  int active = 0;
  bool closed = false;
  std::exception_ptr failure;

  void work() {
    for (;;) {
      const int64_t index = next.fetch_add(1);
      if (index >= count) return;
      try {
        control.check();
        body(index);
      } catch (...) {
        std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next.store(count);
      }
    }
  }

  void help() {
    {
      std::lock_guard lock(mutex);
      if (closed) return;
      ++active;
    }
    work();
    std::lock_guard lock(mutex);
    if (--active == 0) done.notify_all();
  }
};

}  // namespace

ThreadPool::ThreadPool(int size) : size_(std::max(1, size)) {}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void ThreadPool::parallel_for(int64_t count, int threads, const Control& control,
                              const std::function<void(int64_t)>& body) {
  auto loop = std::make_shared<Loop>(count, control, body);
  const int64_t helpers = std::min<int64_t>({int64_t{threads} - 1, count - 1, size_});
  for (int64_t helper = 0; helper < helpers; ++helper) enqueue([loop] { loop->help(); });
  loop->work();
  std::unique_lock lock(loop->mutex);
  loop->closed = true;
  loop->done.wait(lock, [&] { return loop->active == 0; });
  if (loop->failure) std::rethrow_exception(loop->failure);
}

void ThreadPool::enqueue(std::function<void()> task) {
  std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
  if (idle_ < static_cast<int>(tasks_.size()) && static_cast<int>(threads_.size()) < size_) {
    try {
      threads_.emplace_back([this] { serve(); });
    } catch (const std::system_error&) {
      // No further thread to be had: the caller does the work alone.
    }
  }
  wake_.notify_one();
}

void ThreadPool::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    wake_.wait(lock, [&] { return closing_ || !tasks_.empty(); });
    --idle_;
    if (closing_) return;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
}

}  // namespace geoscribe
