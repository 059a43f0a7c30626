#include "binding/failure.hpp"

#include <c10/util/Exception.h>

#include <new>

namespace geoscribe {
namespace {

Failure outOfMemory(const std::string& reason) {
  return {"OutOfMemoryError", "LibTorch could not get enough memory",
          {"", "memory for the patch and the network", reason, "Use a smaller patch or batch, or a plan with fewer features."}};
}

}  // namespace

Failure currentFailure() {
  try {
    throw;
  } catch (const Error& error) {
    return {error.code, error.what(), error.detail};
  } catch (const c10::OutOfMemoryError& error) {
    return outOfMemory(error.what_without_backtrace());
  } catch (const c10::Error& error) {
    const std::string reason = error.what_without_backtrace();
    if (reason.find("can't allocate memory") != std::string::npos) return outOfMemory(reason);
    return {"", reason, {}};
  } catch (const std::bad_alloc& error) {
    return outOfMemory(error.what());
  } catch (const std::exception& error) {
    return {"", error.what(), {}};
  }
}

Napi::Error toJavaScript(Napi::Env env, const Failure& failure) {
  Napi::Error error = Napi::Error::New(env, failure.summary);
  const auto set = [&](const char* name, const std::string& value) {
    if (!value.empty()) error.Set(name, Napi::String::New(env, value));
  };
  set("code", failure.code);
  set("field", failure.detail.field);
  set("expected", failure.detail.expected);
  set("received", failure.detail.received);
  set("nextStep", failure.detail.nextStep);
  return error;
}

}  // namespace geoscribe
