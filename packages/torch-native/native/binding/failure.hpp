#pragma once

#include <napi.h>

#include <exception>
#include <string>

#include "core/error.hpp"

namespace geoscribe {

/** An exception of the core in a form that can cross threads; `code` is empty where no user can cure it. */
struct Failure {
  std::string code;
  std::string summary;
  ErrorDetail detail;
};

/** The exception that is being handled. */
Failure currentFailure();

/** A JavaScript Error with the properties code, summary, field, expected, received, nextStep; native.ts makes the typed one. */
Napi::Error toJavaScript(Napi::Env env, const Failure& failure);

/** Calls body and turns exceptions of the core into JavaScript ones. */
template <typename Body>
Napi::Value guarded(Napi::Env env, Body body) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw toJavaScript(env, currentFailure());
  }
}

}  // namespace geoscribe
