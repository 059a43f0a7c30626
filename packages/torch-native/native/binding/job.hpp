#pragma once

#include <napi.h>

#include <functional>
#include <optional>
#include <vector>

#include "binding/failure.hpp"
#include "binding/worker.hpp"

namespace geoscribe {

/** Makes the JavaScript value of a result; runs on the event loop. */
using Settle = std::function<Napi::Value(Napi::Env)>;

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
  Job(Napi::Env env, const std::vector<Napi::Value>& keep, Work work, std::optional<Napi::Function> onProgress);
  void execute();
  void settle(Napi::Env env);

  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference keep_;
  Work work_;
  Napi::ThreadSafeFunction loop_;
  Settle result_;
  std::optional<Failure> failure_;
};

}  // namespace geoscribe
