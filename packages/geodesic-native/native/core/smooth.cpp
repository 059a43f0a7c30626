#include "core/smooth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/exact_sum.hpp"

namespace geoscribe {

namespace {

/** Sums over the 3x3 neighbourhood in y and z of every x of one row, and whether an addition lost something. */
struct Columns {
  std::vector<double> sum;
  std::vector<double> lost;
  std::vector<int> count;

  // One voxel of padding at both ends stands for "does not exist".
  explicit Columns(int64_t nx)
      : sum(static_cast<std::size_t>(nx + 2)), lost(sum.size()), count(sum.size()) {}

  void clear() {
    std::fill(sum.begin(), sum.end(), 0.0);
    std::fill(lost.begin(), lost.end(), 0.0);
    std::fill(count.begin(), count.end(), 0);
  }

  void add(const float* row, int64_t nx) {
    double* s = sum.data() + 1;
    double* l = lost.data() + 1;
    int* n = count.data() + 1;
    for (int64_t x = 0; x < nx; ++x) {
      const bool finite = std::isfinite(row[x]);
      const TwoSum both = two_sum(s[x], finite ? static_cast<double>(row[x]) : 0.0);
      s[x] = both.sum;
      l[x] += std::fabs(both.error);
      n[x] += finite ? 1 : 0;
    }
  }
};

/** The same window again, voxel by voxel, where float64 additions were not exact. */
double window_sum(const Dims& dims, const float* input, const Voxel& centre) {
  float values[27];
  std::size_t count = 0;
  for (int64_t z = std::max<int64_t>(0, centre.z - 1); z <= std::min(dims.z - 1, centre.z + 1); ++z) {
    for (int64_t y = std::max<int64_t>(0, centre.y - 1); y <= std::min(dims.y - 1, centre.y + 1); ++y) {
      for (int64_t x = std::max<int64_t>(0, centre.x - 1); x <= std::min(dims.x - 1, centre.x + 1); ++x) {
        const float value = input[x + dims.x * (y + dims.y * z)];
        if (std::isfinite(value)) values[count++] = value;
      }
    }
  }
  return exact_sum({values, count});
}

void smooth_row(const Dims& dims, const float* input, float* output, int64_t y, int64_t z, Columns& columns) {
  columns.clear();
  for (int64_t zz = std::max<int64_t>(0, z - 1); zz <= std::min(dims.z - 1, z + 1); ++zz) {
    for (int64_t yy = std::max<int64_t>(0, y - 1); yy <= std::min(dims.y - 1, y + 1); ++yy) {
      columns.add(input + dims.x * (yy + dims.y * zz), dims.x);
    }
  }
  const int64_t row = dims.x * (y + dims.y * z);
  for (int64_t x = 0; x < dims.x; ++x) {
    if (!std::isfinite(input[row + x])) {
      output[row + x] = std::numeric_limits<float>::quiet_NaN();
      continue;
    }
    const auto at = static_cast<std::size_t>(x);
    const TwoSum left = two_sum(columns.sum[at], columns.sum[at + 2]);
    const TwoSum all = two_sum(left.sum, columns.sum[at + 1]);
    const double lost = columns.lost[at] + columns.lost[at + 1] + columns.lost[at + 2] +
                        std::fabs(left.error) + std::fabs(all.error);
    const double sum = lost == 0.0 ? all.sum : window_sum(dims, input, {x, y, z});
    const int count = columns.count[at] + columns.count[at + 1] + columns.count[at + 2];
    output[row + x] = static_cast<float>(sum / count);
  }
}

}  // namespace

void smooth(const Dims& dims, const float* input, float* output, const Workers& workers) {
  workers.run(dims.z, [&](int64_t z) {
    Columns columns(dims.x);
    for (int64_t y = 0; y < dims.y; ++y) {
      workers.control.check();
      smooth_row(dims, input, output, y, z, columns);
    }
  });
}

void smooth_box(const Dims& dims, const Channel& channel, const Box& box, float* output, int64_t row, int64_t plane) {
  for (int64_t z = box.begin.z; z < box.end.z; ++z)
    for (int64_t y = box.begin.y; y < box.end.y; ++y)
      for (int64_t x = box.begin.x; x < box.end.x; ++x) {
        float values[27];
        std::size_t count = 0;
        const float here = channel.at(x + dims.x * (y + dims.y * z));
        for (int64_t c = std::max<int64_t>(0, z - 1); c <= std::min(dims.z - 1, z + 1); ++c)
          for (int64_t b = std::max<int64_t>(0, y - 1); b <= std::min(dims.y - 1, y + 1); ++b)
            for (int64_t a = std::max<int64_t>(0, x - 1); a <= std::min(dims.x - 1, x + 1); ++a) {
              const float value = channel.at(a + dims.x * (b + dims.y * c));
              if (std::isfinite(value)) values[count++] = value;
            }
        output[x - box.begin.x + row * (y - box.begin.y) + plane * (z - box.begin.z)] =
            std::isfinite(here) ? static_cast<float>(exact_sum({values, count}) / static_cast<double>(count)) : std::numeric_limits<float>::quiet_NaN();
      }
}

}  // namespace geoscribe
