#include "core/resample_patch.hpp"

#include <algorithm>
#include <cmath>

namespace geoscribe {
namespace {

/** Where the voxels of one row of the patch are read: the corner below, and the fractions beyond it, axis by axis. */
struct RowPlaces {
  std::array<std::vector<std::int32_t>, 3> corner;
  std::array<std::vector<float>, 3> fraction;
  std::vector<std::int64_t> base, nearest;

  explicit RowPlaces(std::size_t size) : base(size), nearest(size) {
    for (auto& values : corner) values.resize(size);
    for (auto& values : fraction) values.resize(size);
  }
};

/** Far outside is far enough: such places need not fit 32 bits. */
constexpr double farthest = 1 << 30;

void locate(RowPlaces& places, const std::array<double, 3>& first, const std::array<double, 3>& step) {
  const std::size_t count = places.base.size();
  for (int axis = 0; axis < 3; ++axis) {
    std::int32_t* corner = places.corner[axis].data();
    float* fraction = places.fraction[axis].data();
    const double begin = first[axis], each = step[axis];
    for (std::size_t x = 0; x < count; ++x) {
      const double position = std::min(std::max(begin + static_cast<double>(static_cast<std::int32_t>(x)) * each, -farthest), farthest);
      const double floor = std::floor(position);
      corner[x] = static_cast<std::int32_t>(floor);
      fraction[x] = static_cast<float>(position - floor);
    }
  }
}

/** Indices in the volume of the corner and of the nearest voxel, for places whose eight corners lie inside. */
void index(RowPlaces& places, const Index3& shape, std::size_t begin, std::size_t end) {
  const std::int32_t *z = places.corner[0].data(), *y = places.corner[1].data(), *x = places.corner[2].data();
  const float *fz = places.fraction[0].data(), *fy = places.fraction[1].data(), *fx = places.fraction[2].data();
  const std::int64_t plane = shape[1] * shape[2], row = shape[2];
  for (std::size_t i = begin; i < end; ++i) {
    places.base[i] = z[i] * plane + y[i] * row + x[i];
    places.nearest[i] = places.base[i] + (fz[i] >= 0.5F ? plane : 0) + (fy[i] >= 0.5F ? row : 0) + (fx[i] >= 0.5F ? 1 : 0);
  }
}

/** A fraction of 0 must not let a NaN on the other side in. */
float between(float low, float high, float fraction) { return fraction > 0 ? low + fraction * (high - low) : low; }

void interpolateInside(const RowPlaces& places, const float* volume, const Index3& shape, std::size_t begin, std::size_t end, float* to) {
  const float *fz = places.fraction[0].data(), *fy = places.fraction[1].data(), *fx = places.fraction[2].data();
  const std::int64_t plane = shape[1] * shape[2], row = shape[2];
  for (std::size_t i = begin; i < end; ++i) {
    const float* v = volume + places.base[i];
    const float near = between(between(v[0], v[1], fx[i]), between(v[row], v[row + 1], fx[i]), fy[i]);
    const float far = between(between(v[plane], v[plane + 1], fx[i]), between(v[plane + row], v[plane + row + 1], fx[i]), fy[i]);
    to[i] = between(near, far, fz[i]);
  }
}

/** A place at the border: corners outside the volume count as 0. */
float interpolateAtBorder(const RowPlaces& places, std::size_t i, const float* volume, const Index3& shape) {
  std::array<std::array<std::int64_t, 2>, 3> at{};
  std::array<std::array<float, 2>, 3> weight{};
  for (int axis = 0; axis < 3; ++axis) {
    const std::int64_t corner = places.corner[axis][i], last = shape[axis] - 1;
    const float fraction = places.fraction[axis][i];
    at[axis] = {std::clamp<std::int64_t>(corner, 0, last), std::clamp<std::int64_t>(corner + 1, 0, last)};
    weight[axis] = {corner >= 0 && corner <= last ? 1 - fraction : 0, corner >= -1 && corner < last ? fraction : 0};
  }
  float sum = 0;
  for (int z = 0; z < 2; ++z) {
    for (int y = 0; y < 2; ++y) {
      const float* line = volume + (at[0][z] * shape[1] + at[1][y]) * shape[2];
      for (int x = 0; x < 2; ++x) {
        const float share = weight[0][z] * weight[1][y] * weight[2][x];
        sum += share > 0 ? share * line[at[2][x]] : 0;
      }
    }
  }
  return sum;
}

/** Index of the nearest voxel, or -1 outside. */
std::int64_t nearestAnywhere(const RowPlaces& places, std::size_t i, const Index3& shape) {
  std::int64_t result = 0;
  for (int axis = 0; axis < 3; ++axis) {
    const std::int64_t at = std::int64_t{places.corner[axis][i]} + (places.fraction[axis][i] >= 0.5F ? 1 : 0);
    if (at < 0 || at >= shape[axis]) return -1;
    result = result * shape[axis] + at;
  }
  return result;
}

/** First and last + 1 of the places in `within` with low <= corner < size + high on every axis: one stretch, since rows are straight. */
std::array<std::size_t, 2> stretch(const RowPlaces& places, const Index3& shape, int low, int high, std::array<std::size_t, 2> within) {
  const auto holds = [&](std::size_t i) {
    bool all = true;
    for (int axis = 0; axis < 3; ++axis) all = all && places.corner[axis][i] >= low && places.corner[axis][i] < shape[axis] + high;
    return all;
  };
  auto [begin, end] = within;
  while (begin < end && !holds(begin)) ++begin;
  while (end > begin && !holds(end - 1)) --end;
  return {begin, end};
}

}  // namespace

Patch resamplePatch(const CaseView& source, const Index3& start, const Index3& shape, const Matrix3& map) {
  Patch patch = emptyPatch(source, shape);
  const std::int64_t sourceVoxels = voxelCount(source.shape), voxels = voxelCount(shape);
  const auto count = static_cast<std::size_t>(shape[2]);
  RowPlaces places(count);
  const auto middle = [](std::int64_t size) { return 0.5 * static_cast<double>(size - 1); };
  for (std::int64_t z = 0; z < shape[0]; ++z) {
    for (std::int64_t y = 0; y < shape[1]; ++y) {
      std::array<double, 3> first{}, step{};
      for (int axis = 0; axis < 3; ++axis) {
        const std::array<double, 3>& row = map[axis];
        first[axis] = static_cast<double>(start[axis]) + middle(shape[axis]) + row[0] * (static_cast<double>(z) - middle(shape[0])) +
                      row[1] * (static_cast<double>(y) - middle(shape[1])) - row[2] * middle(shape[2]);
        step[axis] = row[2];
      }
      locate(places, first, step);
      // Some corner lies inside the volume where it is touched, every corner between begin and end.
      const std::array<std::size_t, 2> touched = stretch(places, source.shape, -1, 0, {0, count});
      const auto [begin, end] = stretch(places, source.shape, 0, -1, touched);
      index(places, source.shape, begin, end);
      const std::size_t to = static_cast<std::size_t>((z * shape[1] + y) * shape[2]);
      for (std::int64_t c = 0; c < source.channels; ++c) {
        const float* volume = source.image + c * sourceVoxels;
        float* line = patch.image.data() + static_cast<std::size_t>(c * voxels) + to;
        interpolateInside(places, volume, source.shape, begin, end, line);
        for (std::size_t i = touched[0]; i < begin; ++i) line[i] = interpolateAtBorder(places, i, volume, source.shape);
        for (std::size_t i = end; i < touched[1]; ++i) line[i] = interpolateAtBorder(places, i, volume, source.shape);
      }
      for (std::size_t i = touched[0]; i < touched[1]; ++i) {
        const std::int64_t from = i >= begin && i < end ? places.nearest[i] : nearestAnywhere(places, i, source.shape);
        if (from < 0) continue;
        patch.label[to + i] = source.label[from];
        if (source.mask) patch.valid[to + i] = source.mask[from];
        patch.confidence[to + i] = source.confidence ? source.confidence[from] : 1.0F;
      }
    }
  }
  return patch;
}

}  // namespace geoscribe
