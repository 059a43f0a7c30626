#include "core/block_pool.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace geoscribe {

namespace {

constexpr std::size_t page = std::size_t{1} << 21;
constexpr std::size_t largest_piece = std::size_t{1} << 22;
constexpr std::size_t alignment = 64;

}  // namespace

void BlockPool::Free::operator()(float* piece) const { std::free(piece); }

float* BlockPool::take() {
  std::lock_guard lock(mutex_);
  if (free_.empty()) grow();
  float* block = free_.back();
  free_.pop_back();
  return block;
}

void BlockPool::give_back(float* block) {
  std::lock_guard lock(mutex_);
  free_.push_back(block);
}

void BlockPool::grow() {
  const std::size_t pitch = (floats_ * sizeof(float) + alignment - 1) / alignment * alignment;
  const std::size_t blocks = std::clamp<std::size_t>(largest_piece / pitch, 1, next_piece_);
  const bool huge = blocks * pitch >= page;
  const std::size_t unit = huge ? page : alignment;
  const std::size_t bytes = (blocks * pitch + unit - 1) / unit * unit;
  auto* piece = static_cast<float*>(std::aligned_alloc(unit, bytes));
  if (piece == nullptr) throw std::bad_alloc();
  pieces_.emplace_back(piece);
#if defined(__linux__)
  // Advice: where there are no huge pages, nothing changes.
  if (huge) madvise(piece, bytes, MADV_HUGEPAGE);
#endif
  // The first block of the piece is taken first.
  for (std::size_t i = blocks; i > 0; --i) free_.push_back(piece + (i - 1) * (pitch / sizeof(float)));
  next_piece_ *= 2;
}

}  // namespace geoscribe
