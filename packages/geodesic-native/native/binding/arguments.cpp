#include "binding/arguments.hpp"

#include <map>

namespace geoscribe::binding {

namespace {

GateRule gate_rule(const Napi::Object& job) {
  static const std::map<std::string, GateRule> rules{
      {"none", GateRule::none}, {"robust", GateRule::robust}, {"reference", GateRule::reference}};
  return rules.at(text(job, "gate"));
}

Mode mode_of(const Napi::Object& job) {
  static const std::map<std::string, Mode> modes{
      {"posterior", Mode::posterior},   {"reference", Mode::reference},
      {"seeds-only", Mode::seeds_only}, {"self-training", Mode::self_training},
      {"partial", Mode::partial},       {"no-error", Mode::no_error}};
  return modes.at(text(job, "mode"));
}

std::vector<Channel> channels_of(const Napi::Object& job) {
  const auto list = job.Get("channels").As<Napi::Array>();
  std::vector<Channel> channels;
  for (uint32_t i = 0; i < list.Length(); ++i) channels.push_back({elements<float>(list.Get(i))});
  return channels;
}

EdgeBands edge_bands(const Napi::Object& job) {
  EdgeBands bands;
  for (const double cap : numbers(job, "edgeCaps")) bands.caps.push_back(static_cast<float>(cap));
  const auto axes = job.Get("edgeAxes").As<Napi::Array>();
  for (uint32_t axis = 0; axis < 3; ++axis) bands.axes[axis] = axes.Get(axis).As<Napi::Boolean>();
  return bands;
}

OriginLabel origin_label(const Napi::Object& job) {
  const auto array = job.Get("originLabel").As<Napi::TypedArray>();
  if (array.TypedArrayType() == napi_uint16_array) return {nullptr, elements<uint16_t>(array)};
  return {elements<uint8_t>(array), nullptr};
}

float single(const Napi::Object& object, const char* key) { return static_cast<float>(number(object, key)); }

}  // namespace

double number(const Napi::Object& object, const char* key) { return object.Get(key).As<Napi::Number>().DoubleValue(); }

std::string text(const Napi::Object& object, const char* key) { return object.Get(key).As<Napi::String>().Utf8Value(); }

std::vector<double> numbers(const Napi::Object& object, const char* key) {
  const auto list = object.Get(key).As<Napi::Array>();
  std::vector<double> values;
  for (uint32_t i = 0; i < list.Length(); ++i) values.push_back(list.Get(i).As<Napi::Number>().DoubleValue());
  return values;
}

template <class T>
T* elements(const Napi::Value& value) {
  if (value.IsUndefined()) return nullptr;
  // Not Napi::TypedArrayOf: it would look at the ArrayBuffer object, which is none where memory is shared.
  void* data = nullptr;
  const napi_status status = napi_get_typedarray_info(value.Env(), value, nullptr, nullptr, &data, nullptr, nullptr);
  NAPI_THROW_IF_FAILED(value.Env(), status, nullptr);
  return static_cast<T*>(data);
}

template <class T>
T* elements(const Napi::Object& object, const char* key) {
  return elements<T>(object.Get(key).template As<Napi::Value>());
}

template float* elements<float>(const Napi::Object&, const char*);
template uint8_t* elements<uint8_t>(const Napi::Object&, const char*);

Dims dims_of(const Napi::Object& job) {
  const auto values = numbers(job, "dims");
  return {static_cast<int64_t>(values[0]), static_cast<int64_t>(values[1]), static_cast<int64_t>(values[2])};
}

Spacing spacing_of(const Napi::Object& job) {
  const auto values = numbers(job, "spacing");
  return {values[0], values[1], values[2]};
}

DistanceOptions distance_options(const Napi::Object& job) {
  DistanceOptions options;
  options.terrain = {dims_of(job), channels_of(job), job.Get("smooth").As<Napi::Boolean>(), gate_rule(job),
                     elements<uint8_t>(job, "mask")};
  options.spacing = spacing_of(job);
  options.neighbours = static_cast<int>(number(job, "neighbours"));
  options.distance_weight = number(job, "distanceWeight");
  options.gradient_weight = single(job, "gradientWeight");
  options.probability_weight = single(job, "probabilityWeight");
  options.cutoff = single(job, "cutoff");
  options.probability = {elements<float>(job, "probability")};
  options.seeds = elements<uint8_t>(job, "seeds");
  options.seed_class = static_cast<uint8_t>(number(job, "seedClass"));
  return options;
}

PseudoLabelOptions pseudo_label_options(const Napi::Object& job) {
  PseudoLabelOptions options;
  options.mode = mode_of(job);
  options.data = {dims_of(job), static_cast<int>(number(job, "classes")), {elements<float>(job, "probability")},
                  origin_label(job), elements<uint8_t>(job, "seeds")};
  options.spacing = spacing_of(job);
  options.channels = channels_of(job);
  options.distance_weight = numbers(job, "distanceWeight");
  options.gradient_weight = single(job, "gradientWeight");
  options.probability_weight = single(job, "probabilityWeight");
  options.cutoff = single(job, "cutoff");
  options.tau = number(job, "tau");
  options.beta = number(job, "beta");
  options.gate = gate_rule(job);
  options.neighbours = static_cast<int>(number(job, "neighbours"));
  options.focus_threshold = number(job, "focusThreshold");
  options.bands = edge_bands(job);
  return options;
}

}  // namespace geoscribe::binding
