#include "core/patch.hpp"

#include <algorithm>

namespace geoscribe {
namespace {

template <typename Value>
void mirror(Value* data, const Index3& shape, int axis) {
  const std::int64_t inner = axis == 2 ? 1 : axis == 1 ? shape[2] : shape[1] * shape[2];
  const std::int64_t outer = voxelCount(shape) / (inner * shape[axis]);
  for (std::int64_t o = 0; o < outer; ++o) {
    Value* plane = data + o * inner * shape[axis];
    if (inner == 1) {
      std::reverse(plane, plane + shape[axis]);
      continue;
    }
    for (std::int64_t low = 0, high = shape[axis] - 1; low < high; ++low, --high) {
      std::swap_ranges(plane + low * inner, plane + (low + 1) * inner, plane + high * inner);
    }
  }
}

}  // namespace

Patch emptyPatch(const CaseView& source, const Index3& shape) {
  const auto voxels = static_cast<std::size_t>(voxelCount(shape));
  return {source.channels, shape, std::vector<float>(voxels * static_cast<std::size_t>(source.channels), 0.0F),
          std::vector<std::uint8_t>(voxels, 0), std::vector<float>(voxels, 0.0F), std::vector<std::uint8_t>(source.mask ? voxels : 0, 0)};
}

Patch cropPatch(const CaseView& source, const Index3& start, const Index3& shape) {
  Patch patch = emptyPatch(source, shape);
  const std::int64_t sourceVoxels = voxelCount(source.shape), voxels = voxelCount(shape);
  const std::int64_t firstX = std::max<std::int64_t>(0, -start[2]), endX = std::min(shape[2], source.shape[2] - start[2]);
  if (firstX >= endX) return patch;
  for (std::int64_t z = std::max<std::int64_t>(0, -start[0]); z < std::min(shape[0], source.shape[0] - start[0]); ++z) {
    for (std::int64_t y = std::max<std::int64_t>(0, -start[1]); y < std::min(shape[1], source.shape[1] - start[1]); ++y) {
      const std::int64_t from = ((start[0] + z) * source.shape[1] + start[1] + y) * source.shape[2] + start[2] + firstX;
      const std::int64_t to = (z * shape[1] + y) * shape[2] + firstX;
      const std::int64_t count = endX - firstX;
      for (std::int64_t c = 0; c < source.channels; ++c) {
        std::copy_n(source.image + c * sourceVoxels + from, count, patch.image.begin() + c * voxels + to);
      }
      std::copy_n(source.label + from, count, patch.label.begin() + to);
      if (source.mask) std::copy_n(source.mask + from, count, patch.valid.begin() + to);
      if (source.confidence) {
        std::copy_n(source.confidence + from, count, patch.confidence.begin() + to);
      } else {
        std::fill_n(patch.confidence.begin() + to, count, 1.0F);
      }
    }
  }
  return patch;
}

void zeroInvalid(Patch& patch, const std::vector<bool>& channels) {
  for (std::size_t c = 0; c < channels.size(); ++c) {
    if (!channels[c]) continue;
    float* values = patch.image.data() + c * patch.label.size();
    for (std::size_t i = 0; i < patch.valid.size(); ++i) values[i] = patch.valid[i] ? values[i] : 0;
  }
}

void mirrorPatch(Patch& patch, const std::array<bool, 3>& axes) {
  for (int axis = 0; axis < 3; ++axis) {
    if (!axes[axis]) continue;
    for (std::int64_t c = 0; c < patch.channels; ++c) mirror(patch.image.data() + c * voxelCount(patch.shape), patch.shape, axis);
    mirror(patch.label.data(), patch.shape, axis);
    mirror(patch.confidence.data(), patch.shape, axis);
  }
}

}  // namespace geoscribe
