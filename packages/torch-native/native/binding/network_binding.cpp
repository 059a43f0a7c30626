#include "binding/network_binding.hpp"

#include <c10/core/InferenceMode.h>

#include <atomic>

#include "binding/convert.hpp"
#include "binding/job.hpp"
#include "core/device.hpp"
#include "core/window_prediction.hpp"

namespace geoscribe {

Napi::Function NetworkBinding::define(Napi::Env env) {
  return DefineClass(env, "NativeNetwork",
                     {InstanceMethod<&NetworkBinding::load>("load"), InstanceMethod<&NetworkBinding::tensors>("tensors"),
                      InstanceMethod<&NetworkBinding::predict>("predict"), InstanceMethod<&NetworkBinding::predictWindows>("predictWindows"),
                      InstanceMethod<&NetworkBinding::dispose>("dispose")});
}

Napi::Value NetworkBinding::load(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  const NetworkSpec spec = readSpec(options.Get("spec"));
  const std::vector<NamedTensor> given = has(options, "tensors") ? readTensors(options.Get("tensors")) : std::vector<NamedTensor>();
  const std::uint32_t seed = has(options, "seed") ? options.Get("seed").As<Napi::Number>().Uint32Value() : 0;
  const bool seeded = has(options, "seed");
  return Job::start(info.Env(), worker_, {info.This()}, [=, session = session_, device = readString(options, "device")](Job&) -> Settle {
    session->device = openDevice(device);
    std::vector<NamedTensor> tensors = seeded ? initialTensors(spec, seed) : matchTensors(tensorSpecs(spec), given);
    for (NamedTensor& tensor : tensors) tensor.value = tensor.value.to(session->device);
    session->network.emplace(spec, std::move(tensors));
    return [](Napi::Env env) { return env.Undefined(); };
  });
}

Napi::Value NetworkBinding::tensors(const Napi::CallbackInfo& info) {
  return Job::start(info.Env(), worker_, {info.This()}, [session = session_](Job&) -> Settle {
    return [copies = copyTensors(session->network->tensors())](Napi::Env env) { return writeTensors(env, copies); };
  });
}

Napi::Value NetworkBinding::predict(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  Napi::Float32Array input = options.Get("input").As<Napi::Float32Array>();
  const auto batch = static_cast<std::int64_t>(readNumber(options, "batch"));
  const Index3 shape = readIndex3(options.Get("shape"));
  const Precision precision = readPrecision(options);
  const MemoryLayout layout = readLayout(options);
  return Job::start(info.Env(), worker_, {info.This(), input}, [=, session = session_, data = input.Data()](Job&) -> Settle {
    const c10::InferenceMode inference;
    const at::Tensor patches = at::from_blob(data, {batch, session->network->spec().inputChannels, shape[0], shape[1], shape[2]}, at::kFloat);
    at::Tensor logits;
    {
      const AutocastScope autocast(session->device.type(), precision);
      const Network network(session->network->spec(), session->network->tensors(), layout);
      logits = network.forward(patches.to(session->device), 1).front();
    }
    logits = logits.to(at::kCPU, at::kFloat).contiguous();
    return [logits](Napi::Env env) {
      return writeArray<Napi::Float32Array>(env, std::span<const float>(logits.const_data_ptr<float>(), static_cast<std::size_t>(logits.numel())));
    };
  });
}

Napi::Value NetworkBinding::predictWindows(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  Napi::Float32Array image = options.Get("image").As<Napi::Float32Array>(), importance = options.Get("importance").As<Napi::Float32Array>(),
                     probability = options.Get("probability").As<Napi::Float32Array>();
  Napi::Int32Array cancelFlag = info[1].As<Napi::Int32Array>();
  const WindowTask task{image.Data(), readIndex3(options.Get("shape")), readIndex3(options.Get("patch")), readIndices(options.Get("starts")),
                        readFlips(options.Get("flips")), importance.Data(), static_cast<std::int64_t>(readNumber(options, "batch")),
                        readNumber(options, "temperature"), probability.Data()};
  return Job::start(
      info.Env(), worker_, {info.This(), image, importance, probability, cancelFlag},
      [task, precision = readPrecision(options), layout = readLayout(options), session = session_, worker = &worker_, flag = cancelFlag.Data()](Job& job) -> Settle {
        const Network network(session->network->spec(), session->network->tensors(), layout);
        const bool done = geoscribe::predictWindows(network, session->device, precision, task, [&](std::size_t count) {
          job.report([count](Napi::Env env) { return Napi::Number::New(env, static_cast<double>(count)); });
          return !worker->stopping() && std::atomic_ref<std::int32_t>(*flag).load() == 0;
        });
        return [done](Napi::Env env) { return Napi::Boolean::New(env, done); };
      },
      info[2].As<Napi::Function>());
}

void NetworkBinding::dispose(const Napi::CallbackInfo&) {
  if (worker_.closed()) return;
  worker_.post([session = session_] { session->network.reset(); });
  worker_.close();
}

}  // namespace geoscribe
