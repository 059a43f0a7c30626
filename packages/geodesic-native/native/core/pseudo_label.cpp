#include "core/pseudo_label.hpp"

#include "core/case_distances.hpp"
#include "core/label_stage.hpp"
#include "core/seeds.hpp"
#include "core/walled.hpp"

namespace geoscribe {

namespace {

void label_all(LabelStage& stage, PseudoLabelStatistics& statistics, const Workers& workers) {
  const auto tiles = stage.all_tiles();
  stage.label(tiles, workers);
  stage.finish(tiles, workers);
  stage.count(statistics);
}

}  // namespace

PseudoLabelStatistics pseudo_label(const PseudoLabelOptions& options, const PseudoLabelOutput& output,
                                   const Workers& workers) {
  const CaseData& data = options.data;
  check_case(data, workers);
  const std::vector<int64_t> none(static_cast<std::size_t>(data.classes), 0);
  PseudoLabelStatistics statistics{0, 0, 0.0, none, none, none};
  if (!spreads(options.mode)) {
    const std::vector<SparseField> no_fields;
    LabelStage stage(options, output, no_fields);
    label_all(stage, statistics, workers);
    workers.control.report(1.0);
    return statistics;
  }
  CaseDistances distances(options, workers);
  if (data.seeds != nullptr) {
    const auto seeds = seeds_of_classes(data, workers);
    for (int c = 0; c < data.classes; ++c) distances.add_seeds(c, seeds[static_cast<std::size_t>(c)]);
    distances.solve(workers);
  }
  LabelStage stage(options, output, distances.fields());
  label_all(stage, statistics, workers);
  for (int c = 0; c < data.classes; ++c) statistics.reached_voxels[static_cast<std::size_t>(c)] = distances.reached(c);
  count_walled(data, distances.terrain(), statistics, workers);
  workers.control.report(1.0);
  return statistics;
}

}  // namespace geoscribe
