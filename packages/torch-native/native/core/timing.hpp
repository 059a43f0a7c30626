#pragma once

#include "core/network.hpp"
#include "core/precision.hpp"

namespace geoscribe {

/** A step on a batch, or the prediction of its finest head. */
enum class TimedWork { Training, Prediction };

struct TimingOptions {
  TimedWork work;
  NetworkSpec spec;
  at::Device device = at::kCPU;
  Index3 patch;
  std::int64_t batch;
  Precision precision;
  MemoryLayout layout;
  /** Runs that are timed, after one to warm up; short ones are timed up to five times within a quarter of a second. */
  int repeats;
  /** Seconds; where the run to warm up takes longer it is the only one. */
  double patience;
};

/** Works on made-up data; seconds of the fastest run that counts. */
double timeRuns(const TimingOptions& options);

}  // namespace geoscribe
