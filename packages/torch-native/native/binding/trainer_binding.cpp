#include "binding/trainer_binding.hpp"

#include <atomic>

#include "binding/convert.hpp"
#include "binding/job.hpp"
#include "core/device.hpp"

namespace geoscribe {
namespace {

Napi::Value undefined(Napi::Env env) { return env.Undefined(); }

TrainerOptions readOptions(const Napi::Object& options) {
  TrainerOptions read{};
  read.spec = readSpec(options.Get("spec"));
  read.patch = readIndex3(options.Get("patch"));
  read.augmentation = readAugmentation(options.Get("augmentation"));
  read.optimiser = {readNumber(options, "momentum"), readNumber(options, "weightDecay"), readNumber(options, "gradientClip")};
  if (has(options, "emaDecay")) read.emaDecay = readNumber(options, "emaDecay");
  read.precision = readPrecision(options);
  read.layout = readLayout(options);
  read.headWeights = deepSupervisionWeights(read.spec.decoderLevels());
  read.loss.crossEntropy = readString(options, "crossEntropyNorm") == "voxels" ? CrossEntropyNorm::Voxels : CrossEntropyNorm::Confidence;
  read.loss.dice = readString(options, "diceSums") == "batch" ? DiceSums::Batch : DiceSums::Sample;
  read.accumulate = static_cast<std::int64_t>(readNumber(options, "accumulate"));
  read.deterministic = options.Get("deterministic").ToBoolean();
  const Napi::Object prefetch = options.Get("prefetch").As<Napi::Object>();
  read.prefetch = {static_cast<std::size_t>(readNumber(prefetch, "threads")), static_cast<std::size_t>(readNumber(prefetch, "batches"))};
  return read;
}

}  // namespace

Napi::Function TrainerBinding::define(Napi::Env env) {
  return DefineClass(env, "NativeTrainer",
                     {InstanceMethod<&TrainerBinding::open>("open"), InstanceMethod<&TrainerBinding::run>("run"),
                      InstanceMethod<&TrainerBinding::state>("state"), InstanceMethod<&TrainerBinding::restore>("restore"),
                      InstanceMethod<&TrainerBinding::network>("network"), InstanceMethod<&TrainerBinding::setCases>("setCases"),
                      InstanceMethod<&TrainerBinding::dispose>("dispose")});
}

Napi::Value TrainerBinding::open(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  cases_ = Napi::Persistent(options.Get("cases"));
  return Job::start(info.Env(), worker_, {info.This()},
                    [session = session_, read = readOptions(options), device = readString(options, "device"),
                     initial = readTensors(options.Get("initial")), cases = readCases(options.Get("cases"))](Job&) -> Settle {
                      TrainerOptions ready = read;
                      ready.device = openDevice(device);
                      session->trainer.emplace(ready, initial, cases);
                      return undefined;
                    });
}

Napi::Value TrainerBinding::run(const Napi::CallbackInfo& info) {
  Napi::Int32Array cancelFlag = info[1].As<Napi::Int32Array>();
  return Job::start(
      info.Env(), worker_, {info.This(), cancelFlag},
      [session = session_, worker = &worker_, steps = readSteps(info[0]), flag = cancelFlag.Data()](Job& job) -> Settle {
        const auto cancelled = [&] { return worker->stopping() || std::atomic_ref<std::int32_t>(*flag).load() != 0; };
        const auto results = session->trainer->run(steps, cancelled, [&](const StepResult& result, std::size_t index) {
          job.report([result, index](Napi::Env env) {
            Napi::Object report = writeStepResult(env, result).As<Napi::Object>();
            report.Set("index", static_cast<double>(index));
            return report;
          });
        });
        return [results](Napi::Env env) -> Napi::Value {
          Napi::Array array = Napi::Array::New(env, results.size());
          for (std::uint32_t i = 0; i < results.size(); ++i) array.Set(i, writeStepResult(env, results[i]));
          return array;
        };
      },
      info[2].As<Napi::Function>());
}

Napi::Value TrainerBinding::state(const Napi::CallbackInfo& info) {
  return Job::start(info.Env(), worker_, {info.This()}, [session = session_](Job&) -> Settle {
    return [state = session->trainer->state()](Napi::Env env) { return writeTensors(env, state); };
  });
}

Napi::Value TrainerBinding::restore(const Napi::CallbackInfo& info) {
  return Job::start(info.Env(), worker_, {info.This()}, [session = session_, state = readTensors(info[0])](Job&) -> Settle {
    session->trainer->restore(state);
    return undefined;
  });
}

Napi::Value TrainerBinding::network(const Napi::CallbackInfo& info) {
  const auto which = info[0].As<Napi::String>().Utf8Value() == "ema" ? Trainer::Which::Ema : Trainer::Which::Model;
  return Job::start(info.Env(), worker_, {info.This()}, [session = session_, which](Job&) -> Settle {
    return [tensors = session->trainer->network(which)](Napi::Env env) { return writeTensors(env, tensors); };
  });
}

Napi::Value TrainerBinding::setCases(const Napi::CallbackInfo& info) {
  // The running job still reads the old cases: both sets are held until the exchange is done.
  return Job::start(info.Env(), worker_, {info.This(), info[0], cases_.Value()},
                    [this, session = session_, cases = readCases(info[0])](Job& job) -> Settle {
                      session->trainer->setCases(cases);
                      return [this, &job](Napi::Env env) {
                        cases_ = Napi::Persistent(job.kept(1));
                        return env.Undefined();
                      };
                    });
}

void TrainerBinding::dispose(const Napi::CallbackInfo&) {
  if (worker_.closed()) return;
  worker_.post([session = session_] { session->trainer.reset(); });
  worker_.close();
}

}  // namespace geoscribe
