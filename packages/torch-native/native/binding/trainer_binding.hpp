#pragma once

#include <napi.h>

#include <memory>
#include <optional>

#include "binding/worker.hpp"
#include "core/trainer.hpp"

namespace geoscribe {

/** NativeTrainer of native.ts: a trainer with a thread of its own. */
class TrainerBinding : public Napi::ObjectWrap<TrainerBinding> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit TrainerBinding(const Napi::CallbackInfo& info) : Napi::ObjectWrap<TrainerBinding>(info) {}

 private:
  struct Session {
    std::optional<Trainer> trainer;
  };

  Napi::Value open(const Napi::CallbackInfo& info);
  Napi::Value run(const Napi::CallbackInfo& info);
  Napi::Value state(const Napi::CallbackInfo& info);
  Napi::Value restore(const Napi::CallbackInfo& info);
  Napi::Value network(const Napi::CallbackInfo& info);
  Napi::Value setCases(const Napi::CallbackInfo& info);
  void dispose(const Napi::CallbackInfo& info);

  /** Keeps the arrays of the cases from being collected while the trainer reads them. */
  Napi::Reference<Napi::Value> cases_;
  // The worker is destroyed first, so that its tasks never outlive what they use.
  std::shared_ptr<Session> session_ = std::make_shared<Session>();
  Worker worker_;
};

}  // namespace geoscribe
