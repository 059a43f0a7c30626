#pragma once

#include <napi.h>

#include <memory>
#include <optional>

#include "binding/worker.hpp"
#include "core/network.hpp"

namespace geoscribe {

/** NativeNetwork of native.ts: a network for prediction with a thread of its own. */
class NetworkBinding : public Napi::ObjectWrap<NetworkBinding> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit NetworkBinding(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NetworkBinding>(info) {}

 private:
  struct Session {
    at::Device device = at::kCPU;
    std::optional<Network> network;
  };

  Napi::Value load(const Napi::CallbackInfo& info);
  Napi::Value tensors(const Napi::CallbackInfo& info);
  Napi::Value predict(const Napi::CallbackInfo& info);
  Napi::Value predictWindows(const Napi::CallbackInfo& info);
  void dispose(const Napi::CallbackInfo& info);

  // The worker is destroyed first, so that its tasks never outlive what they use.
  std::shared_ptr<Session> session_ = std::make_shared<Session>();
  Worker worker_;
};

}  // namespace geoscribe
