#include <napi.h>
#include <torch/csrc/autograd/autograd.h>

#include <cstdlib>
#include <memory>
#include <mutex>

#include "binding/convert.hpp"
#include "binding/job.hpp"
#include "binding/network_binding.hpp"
#include "binding/trainer_binding.hpp"
#include "core/device.hpp"
#include "core/loss.hpp"
#include "core/mapped_file.hpp"
#include "core/timing.hpp"

namespace geoscribe {
namespace {

Napi::Value setThreads(const Napi::CallbackInfo& info) {
  setThreadCount(info[0].As<Napi::Number>().Int32Value());
  return info.Env().Undefined();
}

/** Opens the device or throws what is missing. */
Napi::Value probeDevice(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    openDevice(info[0].As<Napi::String>().Utf8Value());
    return info.Env().Undefined();
  });
}

Napi::Value readDeviceMemory(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const auto memory = deviceMemory(openDevice(info[0].As<Napi::String>().Utf8Value()));
    if (!memory) return info.Env().Null();
    Napi::Object result = Napi::Object::New(info.Env());
    result.Set("free", static_cast<double>(memory->free));
    result.Set("total", static_cast<double>(memory->total));
    return result;
  });
}

Napi::Value mapFile(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto file = std::make_unique<MappedFile>(info[0].As<Napi::String>().Utf8Value());
    if (file->size() == 0) return Napi::ArrayBuffer::New(info.Env(), 0);
    MappedFile* owned = file.release();
    return Napi::ArrayBuffer::New(
        info.Env(), owned->data(), owned->size(), [](Napi::Env, void*, MappedFile* mapped) { delete mapped; }, owned);
  });
}

Napi::Value drawPatch(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  const Patch patch = samplePatch(readCase(options.Get("case")), readPatchRequest(options.Get("request")), readIndex3(options.Get("patch")),
                                  readAugmentation(options.Get("augmentation")));
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("image", writeArray<Napi::Float32Array>(info.Env(), std::span<const float>(patch.image)));
  result.Set("label", writeArray<Napi::Uint8Array>(info.Env(), std::span<const std::uint8_t>(patch.label)));
  result.Set("confidence", writeArray<Napi::Float32Array>(info.Env(), std::span<const float>(patch.confidence)));
  return result;
}

at::Tensor readFloat64(const Napi::Value& value, at::IntArrayRef shape) {
  const auto array = value.As<Napi::Float64Array>();
  at::Tensor tensor = at::empty(shape, at::kDouble);
  std::copy_n(array.Data(), array.ElementLength(), tensor.data_ptr<double>());
  return tensor;
}

Napi::Value lossAndGradient(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const Napi::Object options = info[0].As<Napi::Object>();
    const auto batch = static_cast<std::int64_t>(readNumber(options, "batch")), classes = static_cast<std::int64_t>(readNumber(options, "classes"));
    const Index3 shape = readIndex3(options.Get("shape"));
    const Napi::Array heads = options.Get("logits").As<Napi::Array>(), headStrides = options.Get("strides").As<Napi::Array>();
    std::vector<at::Tensor> logits;
    std::vector<Index3> strides;
    for (std::uint32_t i = 0; i < heads.Length(); ++i) {
      strides.push_back(readIndex3(headStrides.Get(i)));
      const Index3& stride = strides.back();
      logits.push_back(readFloat64(heads.Get(i), {batch, classes, shape[0] / stride[0], shape[1] / stride[1], shape[2] / stride[2]}).requires_grad_(true));
    }
    auto labels = options.Get("label").As<Napi::Uint8Array>();
    const at::Tensor label = at::from_blob(labels.Data(), {batch, shape[0], shape[1], shape[2]}, at::kByte).to(at::kLong);
    const at::Tensor confidence = readFloat64(options.Get("confidence"), {batch, shape[0], shape[1], shape[2]});
    const LossOptions loss{readString(options, "crossEntropyNorm") == "voxels" ? CrossEntropyNorm::Voxels : CrossEntropyNorm::Confidence,
                           readString(options, "diceSums") == "batch" ? DiceSums::Batch : DiceSums::Sample};
    const at::Tensor value = deepSupervisionLoss(logits, strides, label, confidence, deepSupervisionWeights(logits.size()), loss);
    noteBackwardPass();
    const auto gradients = torch::autograd::grad({value}, logits, {}, {}, false, true);
    Napi::Array written = Napi::Array::New(info.Env(), gradients.size());
    for (std::uint32_t i = 0; i < gradients.size(); ++i) {
      const at::Tensor gradient = gradients[i].defined() ? gradients[i].contiguous() : at::zeros_like(logits[i]);
      written.Set(i, writeArray<Napi::Float64Array>(info.Env(), std::span<const double>(gradient.const_data_ptr<double>(), static_cast<std::size_t>(gradient.numel()))));
    }
    Napi::Object result = Napi::Object::New(info.Env());
    result.Set("loss", value.item<double>());
    result.Set("gradients", written);
    return result;
  });
}

Napi::Value timeNetwork(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  TimingOptions timing{readString(options, "work") == "training" ? TimedWork::Training : TimedWork::Prediction, readSpec(options.Get("spec")),
                       at::kCPU, readIndex3(options.Get("patch")), static_cast<std::int64_t>(readNumber(options, "batch")), readPrecision(options),
                       readLayout(options), static_cast<int>(readNumber(options, "repeats")), readNumber(options, "patience")};
  // One thread for all timings of the process, so that they never run beside each other.
  static Worker* worker = new Worker;
  return Job::start(info.Env(), *worker, {}, [timing, device = readString(options, "device")](Job&) -> Settle {
    TimingOptions ready = timing;
    ready.device = openDevice(device);
    const double seconds = timeRuns(ready);
    return [seconds](Napi::Env env) -> Napi::Value { return Napi::Number::New(env, seconds); };
  });
}

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  // A thread that still trains when the process exits would use LibTorch's objects while they are destroyed. The typed face
  // calls endThreads when Node is about to exit; this is for whoever loads the addon without it, and comes too late for
  // objects that LibTorch made after it.
  static std::once_flag registered;
  std::call_once(registered, [] { std::atexit(Worker::stopAll); });
  exports.Set("endThreads", Napi::Function::New(env, [](const Napi::CallbackInfo&) { Worker::stopAll(); }));
  exports.Set("setThreads", Napi::Function::New(env, setThreads));
  exports.Set("probeDevice", Napi::Function::New(env, probeDevice));
  exports.Set("deviceMemory", Napi::Function::New(env, readDeviceMemory));
  exports.Set("mapFile", Napi::Function::New(env, mapFile));
  exports.Set("samplePatch", Napi::Function::New(env, drawPatch));
  exports.Set("lossAndGradient", Napi::Function::New(env, lossAndGradient));
  exports.Set("timeRuns", Napi::Function::New(env, timeNetwork));
  exports.Set("NativeNetwork", NetworkBinding::define(env));
  exports.Set("NativeTrainer", TrainerBinding::define(env));
  return exports;
}

}  // namespace
}  // namespace geoscribe

static Napi::Object Initialise(Napi::Env env, Napi::Object exports) { return geoscribe::initialise(env, exports); }
NODE_API_MODULE(torch_native, Initialise)
