#include "core/kernels/fill.hpp"

#include "core/kernels/vec.hpp"

namespace geoscribe::GEOSCRIBE_ISA {

void fill(float* values, int64_t count, float value) {
  int64_t i = 0;
  // Streaming stores want aligned vectors.
  for (; i < count && reinterpret_cast<uintptr_t>(values + i) % (lanes * 4) != 0; ++i) values[i] = value;
  const Vec vector = all(value);
  for (; i + lanes <= count; i += lanes) stream(values + i, vector);
  for (; i < count; ++i) values[i] = value;
  stream_fence();
}

}  // namespace geoscribe::GEOSCRIBE_ISA
