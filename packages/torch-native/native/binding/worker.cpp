#include "binding/worker.hpp"

#include <set>

#include "core/device.hpp"

namespace geoscribe {
namespace {

// Both outlive every worker: they are never destroyed.
std::mutex& registryMutex() {
  static auto* mutex = new std::mutex;
  return *mutex;
}

std::set<Worker*>& registry() {
  static auto* workers = new std::set<Worker*>;
  return *workers;
}

}  // namespace

Worker::Worker() : thread_([this] { loop(); }) {
  const std::lock_guard lock(registryMutex());
  registry().insert(this);
}

Worker::~Worker() {
  {
    const std::lock_guard lock(registryMutex());
    registry().erase(this);
  }
  stop();
}

void Worker::post(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
  changed_.notify_one();
}

bool Worker::closed() {
  const std::lock_guard lock(mutex_);
  return closed_;
}

void Worker::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_one();
}

void Worker::stop() {
  std::call_once(stopped_, [this] {
    requestStop();
    close();
    thread_.join();
  });
}

void Worker::stopAll() {
  const std::lock_guard lock(registryMutex());
  for (Worker* worker : registry()) worker->stop();
}

void Worker::loop() {
  for (;;) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closed_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    applyThreadCount();
    task();
  }
}

}  // namespace geoscribe
