#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace geoscribe {

/**
 * Blocks of one size cut from pieces of memory that grow with the demand, on huge pages where the system has them: a
 * fresh block costs no page faults of its own. All memory goes back when the pool ends. Safe for several threads.
 */
class BlockPool {
 public:
  /** @param floats size of a block */
  explicit BlockPool(std::size_t floats) : floats_(floats) {}

  /** A block with undefined content, aligned to 64 bytes. */
  float* take();
  /** A block that was taken from this pool. */
  void give_back(float* block);

 private:
  struct Free {
    void operator()(float* piece) const;
  };

  void grow();

  const std::size_t floats_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<float[], Free>> pieces_;
  std::vector<float*> free_;
  std::size_t next_piece_ = 8;
};

}  // namespace geoscribe
