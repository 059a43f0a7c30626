#include "core/pseudo_label.hpp"

#include <memory>

#include "core/distance.hpp"
#include "core/label_rule.hpp"
#include "core/rows.hpp"
#include "core/terrain.hpp"

namespace geoscribe {

namespace {

/** Distance by class; null for a class without seeds. */
using Distances = std::vector<std::unique_ptr<float[]>>;

bool spreads(Mode mode) { return mode == Mode::posterior || mode == Mode::reference; }

void add_to(std::vector<int64_t>& total, const std::vector<int64_t>& part) {
  for (std::size_t c = 0; c < total.size(); ++c) total[c] += part[c];
}

PseudoLabelStatistics no_statistics(int classes) {
  const auto none = std::vector<int64_t>(static_cast<std::size_t>(classes), 0);
  return {0, 0, 0.0, none, none, none};
}

/** Calls `body(voxel, statistics)` for every voxel, slices in parallel, and adds the slices' statistics in order. */
template <class Body>
PseudoLabelStatistics for_voxels(const CaseData& data, const Workers& workers, Body body) {
  const Dims& dims = data.dims;
  std::vector<PseudoLabelStatistics> slices(static_cast<std::size_t>(dims.z), no_statistics(data.classes));
  for_rows(dims, workers, [&](int64_t z, int64_t begin, int64_t end) {
    for (int64_t v = begin; v < end; ++v) body(v, slices[static_cast<std::size_t>(z)]);
  });
  auto total = no_statistics(data.classes);
  for (const auto& slice : slices) {
    total.focus_voxels += slice.focus_voxels;
    total.flipped_voxels += slice.flipped_voxels;
    total.confidence_sum += slice.confidence_sum;
    add_to(total.reached_voxels, slice.reached_voxels);
    add_to(total.predicted_voxels, slice.predicted_voxels);
    add_to(total.walled_voxels, slice.walled_voxels);
  }
  return total;
}

Distances distances_of(const PseudoLabelOptions& options, const Terrain& terrain, const Workers& workers) {
  const CaseData& data = options.data;
  Distances distances(static_cast<std::size_t>(data.classes));
  if (data.seeds == nullptr) return distances;
  workers.run(data.classes, [&](int64_t c) {
    const auto at = static_cast<std::size_t>(c);
    const auto seeds = seeds_of(data.seeds, data.dims.size(), static_cast<uint8_t>(c), workers.control);
    if (seeds.empty()) return;
    distances[at] = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(data.dims.size()));
    const ClassCost cost{steps_of(data.dims, options.spacing, options.neighbours, options.distance_weight[at]),
                         options.gradient_weight, options.probability_weight,
                         data.probability_of(static_cast<int>(c)), options.cutoff};
    distance_by_heap(terrain, cost, seeds, distances[at].get(), workers.control, {});
  });
  return distances;
}

/** Label, confidence before bands, and focus area by the rule of the mode. */
PseudoLabelStatistics label_by_distance(const PseudoLabelOptions& options, const PseudoLabelOutput& output,
                                        const Workers& workers) {
  const CaseData& data = options.data;
  const Terrain terrain = make_terrain({data.dims, options.channels, true, options.gate, nullptr}, workers);
  const Distances distances = distances_of(options, terrain, workers);
  const LabelRule rule{options.mode == Mode::reference, options.beta, options.focus_threshold};
  const auto classes = static_cast<std::size_t>(data.classes);
  return for_voxels(data, workers, [&](int64_t v, PseudoLabelStatistics& statistics) {
    thread_local std::vector<double> p, g;
    p.assign(classes, 0.0);
    g.assign(classes, 0.0);
    for (std::size_t c = 0; c < classes; ++c) {
      p[c] = data.certainty(static_cast<int>(c), v);
      const float d = distances[c] ? distances[c][static_cast<std::size_t>(v)] : unreached;
      if (d == unreached) continue;
      g[c] = influence(d, options.tau);
      ++statistics.reached_voxels[c];
    }
    const int origin = data.origin.at(v);
    ++statistics.predicted_voxels[static_cast<std::size_t>(origin)];
    if ((terrain.wall(v) & outside_gate) != 0) ++statistics.walled_voxels[static_cast<std::size_t>(origin)];
    const VoxelLabel result = label_voxel(rule, p, g, origin);
    output.label[v] = static_cast<uint8_t>(result.label);
    output.confidence[v] = static_cast<float>(result.confidence);
    output.focus[v] = result.focus ? 1 : 0;
  });
}

/** The modes that spread nothing: the origin label everywhere, with a confidence that the mode gives. */
void label_by_origin(const PseudoLabelOptions& options, const PseudoLabelOutput& output, const Workers& workers) {
  const CaseData& data = options.data;
  for_voxels(data, workers, [&](int64_t v, PseudoLabelStatistics&) {
    const int origin = data.origin.at(v);
    const double confidence = options.mode == Mode::no_error  ? 1.0
                              : options.mode == Mode::partial ? 0.0
                                                              : 0.5 * data.certainty(origin, v);
    output.label[v] = static_cast<uint8_t>(origin);
    output.confidence[v] = static_cast<float>(confidence);
    output.focus[v] = 0;
  });
}

}  // namespace

PseudoLabelStatistics pseudo_label(const PseudoLabelOptions& options, const PseudoLabelOutput& output,
                                   const Workers& workers) {
  const CaseData& data = options.data;
  check_case(data, workers);
  auto statistics = no_statistics(data.classes);
  if (spreads(options.mode)) {
    statistics = label_by_distance(options, output, workers);
  } else {
    label_by_origin(options, output, workers);
  }
  // What a person drew holds whatever the rules say: the label before the bands, which look at labels, ...
  for_voxels(data, workers, [&](int64_t v, PseudoLabelStatistics&) {
    if (data.seed(v) == unmarked) return;
    output.label[v] = data.seed(v);
    output.focus[v] = 1;
  });
  if (spreads(options.mode)) {
    cap_beside_edges(data.dims, options.bands, output.label, output.focus, output.confidence, workers);
  }
  // ... and the confidence after them.
  const auto last = for_voxels(data, workers, [&](int64_t v, PseudoLabelStatistics& slice) {
    if (data.seed(v) != unmarked) output.confidence[v] = 1.0f;
    slice.focus_voxels += output.focus[v];
    slice.flipped_voxels += output.label[v] != data.origin.at(v) ? 1 : 0;
    slice.confidence_sum += output.confidence[v];
  });
  statistics.focus_voxels = last.focus_voxels;
  statistics.flipped_voxels = last.flipped_voxels;
  statistics.confidence_sum = last.confidence_sum;
  return statistics;
}

}  // namespace geoscribe
