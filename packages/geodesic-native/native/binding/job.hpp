#pragma once

#include <napi.h>

#include <exception>
#include <functional>
#include <memory>
#include <thread>

#include "core/control.hpp"
#include "core/thread_pool.hpp"

namespace geoscribe::binding {

/**
 * One call that runs off the event loop: a thread of its own that asks the pool for help, a promise, a way to cancel.
 *
 * The arguments object is referenced until the job has ended, so none of its arrays is collected. Everything but the
 * work happens on the thread of the environment; when that environment is torn down, the job is cancelled and joined.
 */
class Job {
 public:
  /** Runs on the job's thread. Returns what makes the result, which is called on the environment's thread. */
  using Result = std::function<Napi::Value(Napi::Env)>;
  using Work = std::function<Result(const Workers&)>;

  /** `arguments.threads` and, if it is there, `arguments.onProgress` are read here. @returns {promise, cancel()} */
  static Napi::Object start(const Napi::Object& arguments, ThreadPool& pool, Work work);

 private:
  Job(const Napi::Object& arguments, ThreadPool& pool, Work work);

  void run();
  /** The last word of the job's thread. */
  void finish();
  void settle(Napi::Env env);
  Napi::Value rejection(Napi::Env env) const;

  static void on_message(napi_env env, napi_value callback, void* context, void* data);
  static void on_closed(napi_env env, void* data, void* context);
  static void on_teardown(void* data);

  Napi::ObjectReference arguments_;
  Napi::FunctionReference on_progress_;
  Napi::Promise::Deferred deferred_;
  ThreadPool& pool_;
  int threads_;
  Work work_;
  /** Shared with the `cancel` function, which may outlive the job. */
  std::shared_ptr<Control> control_;
  napi_threadsafe_function messages_ = nullptr;
  std::thread thread_;
  Result result_;
  std::exception_ptr failure_;
};

}  // namespace geoscribe::binding
