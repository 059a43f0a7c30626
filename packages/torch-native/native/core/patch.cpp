#include "core/patch.hpp"

#include <algorithm>
#include <cmath>

namespace geoscribe {
namespace {

Patch emptyPatch(std::int64_t channels, const Index3& shape) {
  const auto voxels = static_cast<std::size_t>(voxelCount(shape));
  return {channels, shape, std::vector<float>(voxels * static_cast<std::size_t>(channels), 0.0F), std::vector<std::uint8_t>(voxels, 0),
          std::vector<float>(voxels, 0.0F)};
}

/** Trilinear value at position p; corners outside the volume count as 0. */
float interpolate(const float* volume, const Index3& shape, const std::array<double, 3>& p) {
  Index3 base{};
  std::array<double, 3> fraction{};
  for (int axis = 0; axis < 3; ++axis) {
    const double floor = std::floor(p[axis]);
    base[axis] = static_cast<std::int64_t>(floor);
    fraction[axis] = p[axis] - floor;
  }
  double sum = 0;
  for (int corner = 0; corner < 8; ++corner) {
    const std::int64_t z = base[0] + (corner >> 2), y = base[1] + ((corner >> 1) & 1), x = base[2] + (corner & 1);
    if (z < 0 || y < 0 || x < 0 || z >= shape[0] || y >= shape[1] || x >= shape[2]) continue;
    const double weight = (corner >> 2 ? fraction[0] : 1 - fraction[0]) * ((corner >> 1) & 1 ? fraction[1] : 1 - fraction[1]) *
                          (corner & 1 ? fraction[2] : 1 - fraction[2]);
    // A weight of 0 must not let a NaN beside the position in.
    if (weight > 0) sum += weight * volume[(z * shape[1] + y) * shape[2] + x];
  }
  return static_cast<float>(sum);
}

template <typename Value>
void mirror(Value* data, const Index3& shape, int axis) {
  const std::int64_t inner = axis == 2 ? 1 : axis == 1 ? shape[2] : shape[1] * shape[2];
  const std::int64_t outer = voxelCount(shape) / (inner * shape[axis]);
  for (std::int64_t o = 0; o < outer; ++o) {
    Value* plane = data + o * inner * shape[axis];
    for (std::int64_t low = 0, high = shape[axis] - 1; low < high; ++low, --high) {
      std::swap_ranges(plane + low * inner, plane + (low + 1) * inner, plane + high * inner);
    }
  }
}

}  // namespace

Patch cropPatch(const CaseView& source, const Index3& start, const Index3& shape) {
  Patch patch = emptyPatch(source.channels, shape);
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
      if (source.confidence) {
        std::copy_n(source.confidence + from, count, patch.confidence.begin() + to);
      } else {
        std::fill_n(patch.confidence.begin() + to, count, 1.0F);
      }
    }
  }
  return patch;
}

Patch resamplePatch(const CaseView& source, const Index3& start, const Index3& shape, const Matrix3& map) {
  Patch patch = emptyPatch(source.channels, shape);
  const std::int64_t sourceVoxels = voxelCount(source.shape), voxels = voxelCount(shape);
  std::int64_t to = 0;
  for (std::int64_t z = 0; z < shape[0]; ++z) {
    for (std::int64_t y = 0; y < shape[1]; ++y) {
      for (std::int64_t x = 0; x < shape[2]; ++x, ++to) {
        const std::array<double, 3> offset{static_cast<double>(z) - 0.5 * static_cast<double>(shape[0] - 1),
                                           static_cast<double>(y) - 0.5 * static_cast<double>(shape[1] - 1),
                                           static_cast<double>(x) - 0.5 * static_cast<double>(shape[2] - 1)};
        std::array<double, 3> p{};
        Index3 nearest{};
        bool inside = true;
        for (int axis = 0; axis < 3; ++axis) {
          p[axis] = static_cast<double>(start[axis]) + 0.5 * static_cast<double>(shape[axis] - 1) + map[axis][0] * offset[0] +
                    map[axis][1] * offset[1] + map[axis][2] * offset[2];
          nearest[axis] = static_cast<std::int64_t>(std::floor(p[axis] + 0.5));
          inside = inside && nearest[axis] >= 0 && nearest[axis] < source.shape[axis];
        }
        for (std::int64_t c = 0; c < source.channels; ++c) {
          patch.image[static_cast<std::size_t>(c * voxels + to)] = interpolate(source.image + c * sourceVoxels, source.shape, p);
        }
        if (!inside) continue;
        const std::int64_t from = (nearest[0] * source.shape[1] + nearest[1]) * source.shape[2] + nearest[2];
        patch.label[static_cast<std::size_t>(to)] = source.label[from];
        patch.confidence[static_cast<std::size_t>(to)] = source.confidence ? source.confidence[from] : 1.0F;
      }
    }
  }
  return patch;
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
