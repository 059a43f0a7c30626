#include "core/low_resolution.hpp"

#include <vector>

#include "tests/check.hpp"
#include "tests/phantom.hpp"

namespace geoscribe::testing {
namespace {

constexpr Index3 shape{4, 5, 6};

const Register coarseGrid("the coarse grid's sizes are rounded half to even and at least 1", [] {
  expect(coarseShape({5, 9, 7}, 0.5, std::nullopt) == Index3{2, 4, 4}, "2.5, 4.5 and 3.5");
  expect(coarseShape({1, 9, 7}, 0.3, 2) == Index3{1, 3, 7}, "a kept axis, and one that would vanish");
});

const Register resolution("low resolution takes nearest samples and joins them by straight lines", [] {
  std::vector<float> line{0, 1, 2, 3, 4, 5, 6, 7};
  lowerResolution(line, {1, 1, 8}, {1, 1, 4});
  // Samples of 4: positions 1, 3, 5, 7 (the voxel at (i + 0.5) * 2); enlarged at (i + 0.5) / 2 - 0.5.
  const double expected[] = {1, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7};
  for (std::size_t i = 0; i < 8; ++i) expectNear(line[i], expected[i], 1e-6, "value, a rounding or two of numbers up to 7");
});

const Register keepAxis("low resolution leaves the coarse axis and, at zoom 1, everything alone", [] {
  const std::vector<float> image = Phantom(shape, 1).image;
  std::vector<float> same = image;
  lowerResolution(same, shape, coarseShape(shape, 1, std::nullopt));
  expect(same == image, "zoom 1");
  std::vector<float> columns(120);
  for (std::size_t i = 0; i < 120; ++i) columns[i] = static_cast<float>(i / 30);
  const std::vector<float> before = columns;
  lowerResolution(columns, shape, coarseShape(shape, 0.5, 0));
  expect(columns == before, "values that vary along the kept axis only");
});

}  // namespace
}  // namespace geoscribe::testing
