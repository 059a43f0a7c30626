#include "binding/job.hpp"

namespace geoscribe {

Job::Job(Napi::Env env, const std::vector<Napi::Value>& keep, Work work, std::optional<Napi::Function> onProgress)
    : deferred_(Napi::Promise::Deferred::New(env)), work_(std::move(work)) {
  Napi::Array kept = Napi::Array::New(env, keep.size());
  for (std::size_t i = 0; i < keep.size(); ++i) kept.Set(static_cast<std::uint32_t>(i), keep[i]);
  keep_ = Napi::Persistent(kept.As<Napi::Object>());
  const Napi::Function progress = onProgress.value_or(Napi::Function::New(env, [](const Napi::CallbackInfo&) {}));
  loop_ = Napi::ThreadSafeFunction::New(env, progress, "geoscribe torch job", 0, 1);
}

Napi::Value Job::start(Napi::Env env, Worker& worker, std::vector<Napi::Value> keep, Work work, std::optional<Napi::Function> onProgress) {
  Job* job = new Job(env, keep, std::move(work), onProgress);
  const Napi::Promise promise = job->deferred_.Promise();
  if (!worker.post([job] { job->execute(); })) {
    job->loop_.Release();
    delete job;
    throw toJavaScript(env, {"InvalidArgumentError", "The network or trainer was disposed", {"", "a live object", "a disposed one", "Create a new one."}});
  }
  return promise;
}

void Job::report(Settle make) {
  loop_.BlockingCall([make = std::move(make)](Napi::Env env, Napi::Function onProgress) { onProgress.Call({make(env)}); });
}

void Job::execute() {
  try {
    result_ = work_(*this);
  } catch (...) {
    failure_ = currentFailure();
  }
  // The job may be gone as soon as the call is queued.
  Napi::ThreadSafeFunction loop = loop_;
  const napi_status status = loop.BlockingCall([this](Napi::Env env, Napi::Function) { settle(env); });
  // Otherwise the environment is closing: its references are taken down with it, and the job must not be touched.
  if (status == napi_ok) loop.Release();
}

void Job::settle(Napi::Env env) {
  try {
    if (failure_) throw toJavaScript(env, *failure_);
    deferred_.Resolve(result_(env));
  } catch (const Napi::Error& error) {
    deferred_.Reject(error.Value());
  }
  delete this;
}

}  // namespace geoscribe
