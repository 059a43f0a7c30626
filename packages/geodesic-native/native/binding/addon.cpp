#include <napi.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "binding/arguments.hpp"
#include "binding/job.hpp"

namespace geoscribe::binding {

namespace {

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Napi::Array numbers_of(Napi::Env env, const std::vector<int64_t>& values) {
  auto array = Napi::Array::New(env, values.size());
  for (uint32_t i = 0; i < values.size(); ++i) array.Set(i, static_cast<double>(values[i]));
  return array;
}

Napi::Object statistics_of(Napi::Env env, const PseudoLabelStatistics& statistics, double seconds) {
  auto object = Napi::Object::New(env);
  object.Set("focusVoxels", static_cast<double>(statistics.focus_voxels));
  object.Set("flippedVoxels", static_cast<double>(statistics.flipped_voxels));
  object.Set("confidenceSum", statistics.confidence_sum);
  object.Set("reachedVoxels", numbers_of(env, statistics.reached_voxels));
  object.Set("predictedVoxels", numbers_of(env, statistics.predicted_voxels));
  object.Set("walledVoxels", numbers_of(env, statistics.walled_voxels));
  object.Set("seconds", seconds);
  return object;
}

}  // namespace

/** What `src/native.ts` declares. One instance, and one pool, per environment. */
class Addon : public Napi::Addon<Addon> {
 public:
  Addon(Napi::Env, Napi::Object exports)
      : pool_(std::max(1, static_cast<int>(std::thread::hardware_concurrency()))) {
    DefineAddon(exports, {InstanceMethod("geodesicDistance", &Addon::geodesic_distance),
                          InstanceMethod("verifyFixedPoint", &Addon::verify_fixed_point),
                          InstanceMethod("pseudoLabel", &Addon::pseudo_label)});
  }

 private:
  Napi::Value geodesic_distance(const Napi::CallbackInfo& info) {
    const auto job = info[0].As<Napi::Object>();
    auto* output = elements<float>(job, "output");
    return Job::start(job, pool_, [options = distance_options(job), output](const Workers& workers) -> Job::Result {
      geoscribe::geodesic_distance(options, output, workers);
      return [](Napi::Env env) { return env.Undefined(); };
    });
  }

  Napi::Value verify_fixed_point(const Napi::CallbackInfo& info) {
    const auto job = info[0].As<Napi::Object>();
    const auto* distance = elements<float>(job, "distance");
    return Job::start(job, pool_, [options = distance_options(job), distance](const Workers& workers) -> Job::Result {
      const FixedPoint found = verify_distance(options, distance, workers);
      return [found](Napi::Env env) {
        auto object = Napi::Object::New(env);
        object.Set("violations", static_cast<double>(found.violations));
        object.Set("first", static_cast<double>(found.first));
        return object;
      };
    });
  }

  Napi::Value pseudo_label(const Napi::CallbackInfo& info) {
    const auto job = info[0].As<Napi::Object>();
    const PseudoLabelOutput output{elements<uint8_t>(job, "pseudoLabel"), elements<float>(job, "confidence"),
                                   elements<uint8_t>(job, "focus")};
    return Job::start(job, pool_, [options = pseudo_label_options(job), output](const Workers& workers) -> Job::Result {
      const auto begin = std::chrono::steady_clock::now();
      const auto statistics = geoscribe::pseudo_label(options, output, workers);
      const double seconds = seconds_since(begin);
      return [statistics, seconds](Napi::Env env) { return statistics_of(env, statistics, seconds); };
    });
  }

  ThreadPool pool_;
};

NODE_API_NAMED_ADDON(geodesic_native, Addon)

}  // namespace geoscribe::binding
