#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace geoscribe {

/** One thread that runs tasks in order. LibTorch keeps its pool of OpenMP threads per calling thread, so it stays. */
class Worker {
 public:
  Worker();
  /** Lets the running task end, after telling it to through stopping(), and joins. */
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /** Must not be called on a closed worker. */
  void post(std::function<void()> task);

  /** The tasks posted so far still run, then the thread ends; does not wait. */
  void close();
  bool closed();

  /** Tells running and waiting tasks to end as soon as they can; does not wait. */
  void requestStop() { stopping_ = true; }

  /** True once running tasks should end as soon as they can. */
  bool stopping() const { return stopping_; }

  /** Ends every worker of the process: before LibTorch's own objects are destroyed at exit. */
  static void stopAll();

 private:
  void loop();
  void stop();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool closed_ = false;
  std::atomic<bool> stopping_{false};
  std::once_flag stopped_;
  std::thread thread_;
};

}  // namespace geoscribe
