#pragma once

#include <ATen/ATen.h>

#include <array>

#include "core/geometry.hpp"

namespace geoscribe {

/** A box of voxels. */
struct Box {
  Index3 start;
  Index3 size;
};

/** The part of a window that lies in the volume: as a box of the volume and as one of the window. */
struct Overlap {
  Box inVolume, inWindow;
};

/**
 * Adds importance * softmax(logits) of a window to the sum over windows, in one pass, on the CPU.
 *
 * `sum` [C, Z, Y, X] and `weight` [Z, Y, X], float32, contiguous; `logits` [C, z, y, x] of any strides, float32 or bfloat16, of
 * a copy of the window that is mirrored along the axes of `flip`; `importance` [z, y, x], contiguous.
 */
void addWindow(const at::Tensor& sum, const at::Tensor& weight, const at::Tensor& logits, const std::array<bool, 3>& flip,
               const at::Tensor& importance, const Overlap& overlap);

}  // namespace geoscribe
