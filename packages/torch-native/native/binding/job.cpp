#include "binding/job.hpp"

namespace geoscribe {

void LoopGate::leave() {
  const std::lock_guard lock(mutex_);
  left_ = true;
  changed_.notify_all();
}

void LoopGate::wait() {
  if (!lastCallMade_) worker_.requestStop();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return left_; });
}

Job::Job(Napi::Env env, Worker& worker, const std::vector<Napi::Value>& keep, Work work, std::optional<Napi::Function> onProgress)
    : deferred_(Napi::Promise::Deferred::New(env)), work_(std::move(work)), worker_(worker), gate_(std::make_shared<LoopGate>(worker)) {
  Napi::Array kept = Napi::Array::New(env, keep.size());
  for (std::size_t i = 0; i < keep.size(); ++i) kept.Set(static_cast<std::uint32_t>(i), keep[i]);
  keep_ = Napi::Persistent(kept.As<Napi::Object>());
  const Napi::Function progress = onProgress.value_or(Napi::Function::New(env, [](const Napi::CallbackInfo&) {}));
  loop_ = Napi::ThreadSafeFunction::New(
      env, progress, "geoscribe torch job", 0, 1,
      [](Napi::Env, std::shared_ptr<LoopGate>* gate) {
        (*gate)->wait();
        delete gate;
      },
      new std::shared_ptr<LoopGate>(gate_));
}

Napi::Value Job::start(Napi::Env env, Worker& worker, std::vector<Napi::Value> keep, Work work, std::optional<Napi::Function> onProgress) {
  if (worker.closed()) {
    throw toJavaScript(env, {"InvalidArgumentError", "The network or trainer was disposed", {"", "a live object", "a disposed one", "Create a new one."}});
  }
  Job* job = new Job(env, worker, keep, std::move(work), onProgress);
  const Napi::Promise promise = job->deferred_.Promise();
  worker.post([job] { job->execute(); });
  return promise;
}

void Job::report(Settle make) {
  loop_.BlockingCall([make = std::move(make)](Napi::Env env, Napi::Function onProgress) { onProgress.Call({make(env)}); });
}

void Job::execute() {
  try {
    if (worker_.stopping()) throw std::runtime_error("The process or thread is ending");
    result_ = work_(*this);
  } catch (...) {
    failure_ = currentFailure();
  }
  // The job may be gone as soon as the call is queued.
  Napi::ThreadSafeFunction loop = loop_;
  const std::shared_ptr<LoopGate> gate = gate_;
  const napi_status status = loop.BlockingCall([this](Napi::Env env, Napi::Function) { settle(env); });
  gate->lastCallMade();
  // Otherwise the environment is closing: its references are taken down with it, and the job must not be touched.
  if (status == napi_ok) loop.Release();
  gate->leave();
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
