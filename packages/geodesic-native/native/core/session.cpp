#include "core/session.hpp"

namespace geoscribe {

struct Session::State {
  PseudoLabelOptions options;
  uint8_t* seeds;
  PseudoLabelOutput output;
  PseudoLabelStatistics statistics;
};

Session::Session(const PseudoLabelOptions& options, uint8_t* seeds, const PseudoLabelOutput& output, const Workers& workers)
    : state_(new State{options, seeds, output, {}}) {
  state_->options.data.seeds = seeds;
  state_->statistics = pseudo_label(state_->options, output, workers);
}

Session::~Session() = default;

Session::Update Session::first() const {
  const Dims& dims = state_->options.data.dims;
  return {state_->statistics, {{0, 0, 0}, {dims.x, dims.y, dims.z}}};
}

Session::Update Session::draw(const std::vector<int64_t>& voxels, uint8_t seed, const Workers& workers) {
  for (const int64_t voxel : voxels) state_->seeds[voxel] = seed;
  state_->statistics = pseudo_label(state_->options, state_->output, workers);
  return first();
}

void Session::distance(int, float*, const Workers&) const {}

}  // namespace geoscribe
