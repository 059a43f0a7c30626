#pragma once

#include <atomic>
#include <exception>
#include <functional>

namespace geoscribe {

/** Thrown out of every loop of a job whose caller no longer wants the result. */
struct Cancelled : std::exception {
  const char* what() const noexcept override { return "cancelled"; }
};

/** What a running job asks of, and tells to, its caller. Shared by all threads of the job. */
struct Control {
  std::atomic<bool> cancelled{false};
  /** Called with a share of the work, 0 to 1; empty where nobody listens. Must be callable from any thread. */
  std::function<void(double)> progress;

  void report(double share) const {
    if (progress) progress(share);
  }

  void check() const {
    if (cancelled.load(std::memory_order_relaxed)) throw Cancelled{};
  }
};

}  // namespace geoscribe
