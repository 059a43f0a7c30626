#include "core/batch_queue.hpp"

#include <algorithm>

namespace geoscribe {

BatchQueue::BatchQueue(std::size_t count, const Prefetch& prefetch, Prepare prepare)
    : count_(count), depth_(prefetch.batches), prepare_(std::move(prepare)) {
  try {
    while (threads_.size() < std::min({prefetch.threads, depth_, count_})) threads_.emplace_back([this] { work(); });
  } catch (...) {
    end();
    throw;
  }
}

BatchQueue::~BatchQueue() { end(); }

void BatchQueue::end() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

Batch BatchQueue::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ready_.contains(taken_); });
  Outcome outcome = std::move(ready_.extract(taken_).mapped());
  ++taken_;
  changed_.notify_all();
  if (outcome.failure) std::rethrow_exception(outcome.failure);
  return std::move(outcome.batch);
}

void BatchQueue::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || begun_ == count_ || begun_ < taken_ + depth_; });
    if (ending_ || begun_ == count_) return;
    const std::size_t k = begun_++;
    lock.unlock();
    Outcome outcome;
    try {
      outcome.batch = prepare_(k);
    } catch (...) {
      outcome.failure = std::current_exception();
    }
    lock.lock();
    ready_.emplace(k, std::move(outcome));
    changed_.notify_all();
  }
}

}  // namespace geoscribe
