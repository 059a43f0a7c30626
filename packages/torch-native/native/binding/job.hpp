#pragma once

#include <napi.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "binding/failure.hpp"
#include "binding/worker.hpp"

namespace geoscribe {

/** Makes the JavaScript value of a result; runs on the event loop. */
using Settle = std::function<Napi::Value(Napi::Env)>;

/**
 * Keeps the event loop's side of a job alive until the worker has used it for the last time. Where an environment closes
 * while jobs run (a worker thread is terminated), Node would free the thread-safe function under the worker's hands.
 */
class LoopGate {
 public:
  explicit LoopGate(Worker& worker) : worker_(worker) {}
  /** On the worker: the last call is made, only leaving is left. */
  void lastCallMade() { lastCallMade_ = true; }
  void leave();
  /** On the event loop, from the function's finaliser. */
  void wait();

 private:
  Worker& worker_;
  std::atomic<bool> lastCallMade_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool left_ = false;
};

/**
 * A task of a worker with the promise that it settles. Lives from start() until its last call on the event loop; all
 * JavaScript references in it are released there.
 */
class Job {
 public:
  using Work = std::function<Settle(Job&)>;

  /** `keep`: JavaScript values whose memory the work reads. `onProgress`: called through report(). */
  static Napi::Value start(Napi::Env env, Worker& worker, std::vector<Napi::Value> keep, Work work,
                           std::optional<Napi::Function> onProgress = std::nullopt);

  /** From the work: calls onProgress with the value that `make` builds, soon, on the event loop. */
  void report(Settle make);

  /** One of the kept values; on the event loop only. */
  Napi::Value kept(std::uint32_t index) const { return keep_.Value().Get(index); }

 private:
  Job(Napi::Env env, Worker& worker, const std::vector<Napi::Value>& keep, Work work, std::optional<Napi::Function> onProgress);
  void execute();
  void settle(Napi::Env env);

  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference keep_;
  Work work_;
  Worker& worker_;
  std::shared_ptr<LoopGate> gate_;
  Napi::ThreadSafeFunction loop_;
  Settle result_;
  std::optional<Failure> failure_;
};

}  // namespace geoscribe
