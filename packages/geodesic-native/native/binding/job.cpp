#include "binding/job.hpp"

#include <memory>
#include <new>
#include <system_error>

#include "core/input_error.hpp"

namespace geoscribe::binding {

namespace {

Napi::Object error_with_code(Napi::Env env, const char* code, const char* message) {
  const auto error = Napi::Error::New(env, message).Value();
  error.Set("code", code);
  return error;
}

}  // namespace

Napi::Object Job::start(const Napi::Object& arguments, ThreadPool& pool, Work work) {
  const Napi::Env env = arguments.Env();
  // Owned by the thread-safe function: on_closed deletes it.
  auto* job = new Job(arguments, pool, std::move(work));
  const napi_status status =
      napi_create_threadsafe_function(env, nullptr, nullptr, Napi::String::New(env, "geodesic job"), 0, 1, job,
                                      &Job::on_closed, job, &Job::on_message, &job->messages_);
  if (status != napi_ok) {
    delete job;
    throw Napi::Error::New(env);
  }
  // After the thread-safe function: hooks run in reverse order, so the thread has ended before its channel closes.
  napi_add_env_cleanup_hook(env, &Job::on_teardown, job);
  auto task = Napi::Object::New(env);
  task.Set("promise", job->deferred_.Promise());
  task.Set("cancel", Napi::Function::New(env, [control = job->control_](const Napi::CallbackInfo&) {
             control->cancelled.store(true);
           }));
  try {
    job->thread_ = std::thread([job] { job->run(); });
  } catch (const std::system_error&) {
    job->failure_ = std::current_exception();
    job->finish();
  }
  return task;
}

Job::Job(const Napi::Object& arguments, ThreadPool& pool, Work work)
    : arguments_(Napi::Persistent(arguments)), deferred_(arguments.Env()), pool_(pool),
      threads_(arguments.Get("threads").As<Napi::Number>().Int32Value()), work_(std::move(work)),
      control_(std::make_shared<Control>()) {
  const auto on_progress = arguments.Get("onProgress").As<Napi::Value>();
  if (!on_progress.IsFunction()) return;
  on_progress_ = Napi::Persistent(on_progress.As<Napi::Function>());
  control_->progress = [this](double share) {
    auto boxed = std::make_unique<double>(share);
    if (napi_call_threadsafe_function(messages_, boxed.get(), napi_tsfn_nonblocking) == napi_ok) boxed.release();
  };
}

void Job::run() {
  try {
    result_ = work_({pool_, threads_, *control_});
  } catch (...) {
    failure_ = std::current_exception();
  }
  finish();
}

void Job::finish() {
  napi_call_threadsafe_function(messages_, nullptr, napi_tsfn_nonblocking);
  napi_release_threadsafe_function(messages_, napi_tsfn_release);
}

// data: a share of the work to report, or null when the thread is about to end. env: null during teardown.
void Job::on_message(napi_env env, napi_value, void* context, void* data) {
  const std::unique_ptr<double> share(static_cast<double*>(data));
  if (env == nullptr) return;
  auto* job = static_cast<Job*>(context);
  try {
    if (share) {
      job->on_progress_.Call({Napi::Number::New(env, *share)});
    } else {
      job->settle(env);
    }
  } catch (const Napi::Error&) {
    // Nobody to hear it: a worker that is being terminated runs no more JS. Listeners of ours do not throw.
  }
}

void Job::settle(Napi::Env env) {
  if (thread_.joinable()) thread_.join();
  napi_remove_env_cleanup_hook(env, &Job::on_teardown, this);
  if (failure_) {
    deferred_.Reject(rejection(env));
  } else {
    deferred_.Resolve(result_(env));
  }
}

Napi::Value Job::rejection(Napi::Env env) const {
  try {
    std::rethrow_exception(failure_);
  } catch (const InputError& error) {
    auto value = error_with_code(env, "input", error.what());
    value.Set("field", error.field);
    value.Set("index", static_cast<double>(error.index));
    value.Set("expected", error.expected);
    value.Set("received", error.received);
    return value;
  } catch (const Cancelled& error) {
    return error_with_code(env, "cancelled", error.what());
  } catch (const std::bad_alloc& error) {
    return error_with_code(env, "memory", error.what());
  } catch (const std::exception& error) {
    return error_with_code(env, "internal", error.what());
  }
}

void Job::on_closed(napi_env, void* data, void*) { delete static_cast<Job*>(data); }

void Job::on_teardown(void* data) {
  auto* job = static_cast<Job*>(data);
  job->control_->cancelled.store(true);
  if (job->thread_.joinable()) job->thread_.join();
}

}  // namespace geoscribe::binding
