#pragma once

#include <ATen/ATen.h>

namespace geoscribe {

/** The patches of one step as tensors on the CPU. */
struct Batch {
  at::Tensor image;       // [N, C, Z, Y, X] float32
  at::Tensor label;       // [N, Z, Y, X] int64
  at::Tensor confidence;  // [N, Z, Y, X] float32

  std::int64_t samples() const { return image.size(0); }
  /** Samples begin to end - 1, the same memory. */
  Batch part(std::int64_t begin, std::int64_t end) const { return {image.slice(0, begin, end), label.slice(0, begin, end), confidence.slice(0, begin, end)}; }
};

}  // namespace geoscribe
