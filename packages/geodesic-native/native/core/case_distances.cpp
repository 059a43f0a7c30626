#include "core/case_distances.hpp"

#include <cmath>
#include <limits>
#include <set>

#include "core/step_cost.hpp"

namespace geoscribe {

namespace {

constexpr std::size_t suspects_between_checks = 4096;

TerrainOptions terrain_of(const PseudoLabelOptions& options) {
  return {options.data.dims, options.channels, true, options.gate, options.mask};
}

int64_t offset_in_tile(const Voxel& at) { return at.x % tile_x + tile_x * (at.y % tile_y + tile_y * (at.z % tile_z)); }

}  // namespace

CaseDistances::CaseDistances(const PseudoLabelOptions& options, const Workers& workers)
    : terrain_(terrain_of(options), workers), solver_(terrain_, solver_classes(options)) {}

std::vector<SolverClass> CaseDistances::solver_classes(const PseudoLabelOptions& options) {
  const CaseData& data = options.data;
  std::vector<SolverClass> classes;
  fields_.reserve(static_cast<std::size_t>(data.classes));
  for (int c = 0; c < data.classes; ++c) {
    costs_.push_back({steps_of(data.dims, options.spacing, options.neighbours, options.distance_weight[static_cast<std::size_t>(c)]),
                      options.gradient_weight, options.probability_weight, data.probability_of(c), options.cutoff});
    classes.push_back({costs_.back(), nullptr, &fields_.emplace_back(terrain_.grid(), pool_)});
  }
  return classes;
}

void CaseDistances::add_seeds(int c, const std::vector<int64_t>& voxels) { solver_.add_seeds(c, voxels); }

float* CaseDistances::distance_at(int c, const Voxel& at) const {
  float* block = fields_[static_cast<std::size_t>(c)].block(grid().tile_at(at));
  return block == nullptr ? nullptr : block + offset_in_tile(at);
}

const float* CaseDistances::intensities_at(const Voxel& at) { return terrain_.tile(grid().tile_at(at)) + offset_in_tile(at); }

float CaseDistances::step_to(const ClassCost& cost, const Step& step, const Voxel& from, const Voxel& to) {
  const float* here = intensities_at(from);
  const float* there = intensities_at(to);
  float difference = 0.0f;
  for (int64_t c = 0; c < terrain_.channels(); ++c) {
    difference = std::max(difference, std::fabs(there[c * terrain_.channel()] - here[c * terrain_.channel()]));
  }
  const Dims& dims = grid().dims;
  const float p = cost.probability.at(to.x + dims.x * (to.y + dims.y * to.z));
  return step_cost(step.length_cost, cost.gradient_weight, difference, probability_cost(cost.probability_weight, p));
}

// A voxel is suspect when its distance is that of a suspect neighbour plus the step, bit for bit: then a shortest path
// may come from an erased seed. All others keep theirs: the neighbour that a shortest path of theirs comes from is not
// suspect, nor is the one before, back to a seed that is still there.
void CaseDistances::erase_seeds(int c, const std::vector<int64_t>& voxels, const uint8_t* seeds, const Control& control) {
  const Dims& dims = grid().dims;
  const ClassCost& cost = costs_[static_cast<std::size_t>(c)];
  struct Suspect {
    int64_t voxel;
    float distance;
  };
  std::vector<Suspect> suspects;
  std::set<int64_t> tiles;
  const auto suspect = [&](int64_t voxel, const Voxel& at, float& distance) {
    suspects.push_back({voxel, distance});
    distance = unreached;
    tiles.insert(grid().tile_at(at));
  };
  for (const int64_t voxel : voxels) {
    const Voxel at = voxel_of(dims, voxel);
    float* distance = distance_at(c, at);
    if (distance != nullptr && *distance == 0.0f) suspect(voxel, at, *distance);
  }
  for (std::size_t i = 0; i < suspects.size(); ++i) {
    if (i % suspects_between_checks == 0) control.check();
    const Suspect from = suspects[i];
    const Voxel at = voxel_of(dims, from.voxel);
    for (const Step& step : cost.steps) {
      if (!step.inside(dims, at)) continue;
      const Voxel next{at.x + step.dx, at.y + step.dy, at.z + step.dz};
      const int64_t voxel = from.voxel + step.offset;
      float* distance = distance_at(c, next);
      if (distance == nullptr || *distance == unreached || seeds[voxel] == c) continue;
      if (*distance == from.distance + step_to(cost, step, at, next)) suspect(voxel, next, *distance);
    }
  }
  solver_.count_reached(c, -static_cast<int64_t>(suspects.size()));
  for (const int64_t tile : tiles) solver_.renew(c, tile);
}

std::vector<int64_t> CaseDistances::take_changed_tiles() {
  std::vector<int64_t> tiles;
  for (int64_t tile = 0; tile < grid().count(); ++tile) {
    if (solver_.take_changed(tile)) tiles.push_back(tile);
  }
  return tiles;
}

}  // namespace geoscribe
