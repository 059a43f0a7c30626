#include <napi.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "binding/arguments.hpp"
#include "binding/job.hpp"
#include "core/session.hpp"

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

Napi::Object update_of(Napi::Env env, const Session::Update& update, double seconds) {
  auto object = Napi::Object::New(env);
  object.Set("statistics", statistics_of(env, update.statistics, seconds));
  const Box& box = update.changed;
  object.Set("begin", numbers_of(env, {box.begin.x, box.begin.y, box.begin.z}));
  object.Set("end", numbers_of(env, {box.end.x, box.end.y, box.end.z}));
  return object;
}

/** What a session's handle in JS holds: the session, once it is there. Its arrays are held by the owner of the handle. */
struct OpenSession {
  std::shared_ptr<Session> session;
};

/** The map that edits of a session write: the first strokes, if there are any. */
void copy_seeds(const uint8_t* first, uint8_t* seeds, int64_t size, const Workers& workers) {
  constexpr int64_t chunk_size = int64_t{1} << 20;
  workers.run((size + chunk_size - 1) / chunk_size, [&](int64_t chunk) {
    const int64_t begin = chunk * chunk_size;
    const int64_t count = std::min(chunk_size, size - begin);
    if (first != nullptr) {
      std::copy_n(first + begin, count, seeds + begin);
    } else {
      std::fill_n(seeds + begin, count, unmarked);
    }
  });
}

OpenSession* open_session(const Napi::Object& job) { return job.Get("session").As<Napi::External<OpenSession>>().Data(); }

}  // namespace

/** What `src/native.ts` declares. One instance, and one pool, per environment. */
class Addon : public Napi::Addon<Addon> {
 public:
  Addon(Napi::Env, Napi::Object exports)
      : pool_(std::max(1, static_cast<int>(std::thread::hardware_concurrency()))) {
    DefineAddon(exports, {InstanceMethod("geodesicDistance", &Addon::geodesic_distance),
                          InstanceMethod("verifyFixedPoint", &Addon::verify_fixed_point),
                          InstanceMethod("pseudoLabel", &Addon::pseudo_label),
                          InstanceMethod("openSession", &Addon::session_open),
                          InstanceMethod("drawInSession", &Addon::session_draw),
                          InstanceMethod("sessionDistance", &Addon::session_distance),
                          InstanceMethod("closeSession", &Addon::session_close)});
  }

 private:
  Napi::Value geodesic_distance(const Napi::CallbackInfo& info) {
    const auto job = info[0].As<Napi::Object>();
    return Job::start(job, pool_,
                      [options = distance_options(job), outputs = float_arrays(job, "distances")](const Workers& workers) -> Job::Result {
                        const auto begin = std::chrono::steady_clock::now();
                        const auto reached = geoscribe::geodesic_distance(options, outputs, workers);
                        const double seconds = seconds_since(begin);
                        return [reached, seconds](Napi::Env env) {
                          auto object = Napi::Object::New(env);
                          object.Set("reachedVoxels", numbers_of(env, reached));
                          object.Set("seconds", seconds);
                          return object;
                        };
                      });
  }

  Napi::Value verify_fixed_point(const Napi::CallbackInfo& info) {
    const auto job = info[0].As<Napi::Object>();
    const auto given = float_arrays(job, "distances");
    return Job::start(job, pool_,
                      [options = distance_options(job), distances = std::vector<const float*>(given.begin(), given.end())](
                          const Workers& workers) -> Job::Result {
                        const DistanceCheck found = verify_distance(options, distances, workers);
                        return [found](Napi::Env env) {
                          auto object = Napi::Object::New(env);
                          object.Set("violations", static_cast<double>(found.violations));
                          object.Set("firstClass", static_cast<double>(found.first_class));
                          object.Set("firstVoxel", static_cast<double>(found.first_voxel));
                          return object;
                        };
                      });
  }

  Napi::Value pseudo_label(const Napi::CallbackInfo& info) {
    const auto job = info[0].As<Napi::Object>();
    return Job::start(job, pool_,
                      [options = pseudo_label_options(job), output = pseudo_label_output(job)](const Workers& workers) -> Job::Result {
                        const auto begin = std::chrono::steady_clock::now();
                        const auto statistics = geoscribe::pseudo_label(options, output, workers);
                        const double seconds = seconds_since(begin);
                        return [statistics, seconds](Napi::Env env) { return statistics_of(env, statistics, seconds); };
                      });
  }

  /** The handle is there at once; the session is in it when the task has ended. */
  Napi::Value session_open(const Napi::CallbackInfo& info) {
    const auto job = info[0].As<Napi::Object>();
    auto* open = new OpenSession;
    const auto handle = Napi::External<OpenSession>::New(info.Env(), open, [](Napi::Env, OpenSession* held) { delete held; });
    auto task = Job::start(job, pool_,
                           [options = pseudo_label_options(job), seeds = elements<uint8_t>(job, "seeds"),
                            first = elements<uint8_t>(job, "firstSeeds"), output = pseudo_label_output(job),
                            open](const Workers& workers) -> Job::Result {
                             const auto begin = std::chrono::steady_clock::now();
                             copy_seeds(first, seeds, options.data.dims.size(), workers);
                             auto session = std::make_shared<Session>(options, seeds, output, workers);
                             const double seconds = seconds_since(begin);
                             return [session, seconds, open](Napi::Env env) {
                               open->session = session;
                               return update_of(env, session->first(), seconds);
                             };
                           });
    // The job's own reference to its arguments keeps the handle alive while it runs.
    job.Set("session", handle);
    task.Set("session", handle);
    return task;
  }

  Napi::Value session_draw(const Napi::CallbackInfo& info) {
    const auto job = info[0].As<Napi::Object>();
    const auto array = job.Get("voxels").As<Napi::TypedArray>();
    return Job::start(job, pool_,
                      [session = open_session(job)->session, voxels = elements<double>(job, "voxels"), count = array.ElementLength(),
                       seed = static_cast<uint8_t>(number(job, "seed"))](const Workers& workers) -> Job::Result {
                        const auto begin = std::chrono::steady_clock::now();
                        const auto drawn = indices_of(voxels, count, session->voxels(), workers.control);
                        const auto update = session->draw(drawn, seed, workers);
                        const double seconds = seconds_since(begin);
                        return [update, seconds](Napi::Env env) { return update_of(env, update, seconds); };
                      });
  }

  Napi::Value session_distance(const Napi::CallbackInfo& info) {
    const auto job = info[0].As<Napi::Object>();
    return Job::start(job, pool_,
                      [session = open_session(job)->session, c = static_cast<int>(number(job, "seedClass")),
                       output = elements<float>(job, "output")](const Workers& workers) -> Job::Result {
                        session->distance(c, output, workers);
                        return [](Napi::Env env) { return env.Undefined(); };
                      });
  }

  /** Frees what no job uses any more. */
  Napi::Value session_close(const Napi::CallbackInfo& info) {
    info[0].As<Napi::External<OpenSession>>().Data()->session = nullptr;
    return info.Env().Undefined();
  }

  ThreadPool pool_;
};

NODE_API_NAMED_ADDON(geodesic_native, Addon)

}  // namespace geoscribe::binding
