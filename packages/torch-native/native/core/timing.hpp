#pragma once

#include "core/network.hpp"
#include "core/precision.hpp"

namespace geoscribe {

struct TimingOptions {
  NetworkSpec spec;
  at::Device device = at::kCPU;
  Index3 patch;
  std::int64_t batch;
  Precision precision;
  MemoryLayout layout;
  /** Steps that are timed, after one that is not. */
  int repeats;
};

struct StepTiming {
  /** Seconds of the fastest training step and of the fastest prediction of the finest head. */
  double training;
  double inference;
};

/** Trains on made-up data and takes the fastest step. */
StepTiming timeSteps(const TimingOptions& options);

}  // namespace geoscribe
