#include "binding/arguments.hpp"

#include <cmath>
#include <map>

#include "core/input_error.hpp"

namespace geoscribe::binding {

namespace {

struct Elements {
  void* data = nullptr;
  napi_typedarray_type type = napi_uint8_array;
};

// Not Napi::TypedArrayOf: it would look at the ArrayBuffer object, which is none where memory is shared.
Elements elements_of(const Napi::Value& value) {
  Elements found;
  if (value.IsUndefined()) return found;
  const napi_status status = napi_get_typedarray_info(value.Env(), value, &found.type, nullptr, &found.data, nullptr, nullptr);
  NAPI_THROW_IF_FAILED(value.Env(), status, found);
  return found;
}

Napi::Value get(const Napi::Object& object, const char* key) { return object.Get(key).As<Napi::Value>(); }

std::string text(const Napi::Object& object, const char* key) { return object.Get(key).As<Napi::String>().Utf8Value(); }

float single(const Napi::Object& object, const char* key) { return static_cast<float>(number(object, key)); }

template <class Value>
Value named(const Napi::Object& job, const char* key, const std::map<std::string, Value>& names) {
  return names.at(text(job, key));
}

GateRule gate_rule(const Napi::Object& job) {
  return named<GateRule>(
      job, "gate", {{"none", GateRule::none}, {"robust", GateRule::robust}, {"reference", GateRule::reference}});
}

Algorithm algorithm_of(const Napi::Object& job) {
  return named<Algorithm>(
      job, "algorithm", {{"tiles", Algorithm::tiles}, {"bucket", Algorithm::bucket}, {"heap", Algorithm::heap}});
}

Mode mode_of(const Napi::Object& job) {
  return named<Mode>(job, "mode",
                     {{"posterior", Mode::posterior},
                      {"reference", Mode::reference},
                      {"seeds-only", Mode::seeds_only},
                      {"self-training", Mode::self_training},
                      {"partial", Mode::partial},
                      {"no-error", Mode::no_error}});
}

Element element_of(napi_typedarray_type type) {
  switch (type) {
    case napi_int16_array: return Element::int16;
    case napi_uint16_array: return Element::uint16;
    case napi_uint8_array: return Element::uint8;
    default: return Element::float32;
  }
}

std::vector<Channel> channels_of(const Napi::Object& job) {
  const auto list = job.Get("channels").As<Napi::Array>();
  std::vector<Channel> channels;
  for (uint32_t i = 0; i < list.Length(); ++i) {
    const auto channel = list.Get(i).As<Napi::Object>();
    const Elements found = elements_of(get(channel, "data"));
    channels.push_back({found.data, element_of(found.type), number(channel, "scale"), number(channel, "offset")});
  }
  return channels;
}

Probability probability_of(const Napi::Object& object) {
  const Elements found = elements_of(get(object, "probability"));
  return {found.data, found.data == nullptr ? Element::float32 : element_of(found.type)};
}

std::vector<DistanceClass> classes_of(const Napi::Object& job) {
  const auto list = job.Get("classes").As<Napi::Array>();
  std::vector<DistanceClass> classes;
  for (uint32_t i = 0; i < list.Length(); ++i) {
    const auto one = list.Get(i).As<Napi::Object>();
    classes.push_back({static_cast<uint8_t>(number(one, "seedClass")), number(one, "distanceWeight"), probability_of(one)});
  }
  return classes;
}

EdgeBands edge_bands(const Napi::Object& job) {
  EdgeBands bands;
  for (const double cap : numbers(job, "edgeCaps")) bands.caps.push_back(static_cast<float>(cap));
  const auto axes = job.Get("edgeAxes").As<Napi::Array>();
  for (uint32_t axis = 0; axis < 3; ++axis) bands.axes[axis] = axes.Get(axis).As<Napi::Boolean>();
  return bands;
}

OriginLabel origin_label(const Napi::Object& job) {
  const Elements found = elements_of(get(job, "originLabel"));
  if (found.type == napi_uint16_array) return {nullptr, static_cast<const uint16_t*>(found.data)};
  return {static_cast<const uint8_t*>(found.data), nullptr};
}

Dims dims_of(const Napi::Object& job) {
  const auto values = numbers(job, "dims");
  return {static_cast<int64_t>(values[0]), static_cast<int64_t>(values[1]), static_cast<int64_t>(values[2])};
}

Spacing spacing_of(const Napi::Object& job) {
  const auto values = numbers(job, "spacing");
  return {values[0], values[1], values[2]};
}

}  // namespace

double number(const Napi::Object& object, const char* key) { return object.Get(key).As<Napi::Number>().DoubleValue(); }

std::vector<double> numbers(const Napi::Object& object, const char* key) {
  const auto list = object.Get(key).As<Napi::Array>();
  std::vector<double> values;
  for (uint32_t i = 0; i < list.Length(); ++i) values.push_back(list.Get(i).As<Napi::Number>().DoubleValue());
  return values;
}

template <class T>
T* elements(const Napi::Object& object, const char* key) {
  return static_cast<T*>(elements_of(get(object, key)).data);
}

template float* elements<float>(const Napi::Object&, const char*);
template double* elements<double>(const Napi::Object&, const char*);
template uint8_t* elements<uint8_t>(const Napi::Object&, const char*);

std::vector<float*> float_arrays(const Napi::Object& object, const char* key) {
  const auto list = object.Get(key).As<Napi::Array>();
  std::vector<float*> arrays;
  for (uint32_t i = 0; i < list.Length(); ++i) {
    arrays.push_back(static_cast<float*>(elements_of(list.Get(i).As<Napi::Value>()).data));
  }
  return arrays;
}

DistanceOptions distance_options(const Napi::Object& job) {
  DistanceOptions options;
  options.terrain = {dims_of(job), channels_of(job), job.Get("smooth").As<Napi::Boolean>(), gate_rule(job),
                     elements<uint8_t>(job, "mask")};
  options.spacing = spacing_of(job);
  options.neighbours = static_cast<int>(number(job, "neighbours"));
  options.gradient_weight = single(job, "gradientWeight");
  options.probability_weight = single(job, "probabilityWeight");
  options.cutoff = single(job, "cutoff");
  options.seeds = elements<uint8_t>(job, "seeds");
  options.classes = classes_of(job);
  options.algorithm = algorithm_of(job);
  return options;
}

PseudoLabelOptions pseudo_label_options(const Napi::Object& job) {
  PseudoLabelOptions options;
  options.mode = mode_of(job);
  options.data = {dims_of(job), static_cast<int>(number(job, "classes")), probability_of(job), origin_label(job),
                  elements<uint8_t>(job, "seeds")};
  options.spacing = spacing_of(job);
  options.channels = channels_of(job);
  options.mask = elements<uint8_t>(job, "mask");
  options.distance_weight = numbers(job, "distanceWeight");
  options.gradient_weight = single(job, "gradientWeight");
  options.probability_weight = single(job, "probabilityWeight");
  options.cutoff = single(job, "cutoff");
  options.tau = number(job, "tau");
  options.beta = numbers(job, "beta");
  options.gate = gate_rule(job);
  options.neighbours = static_cast<int>(number(job, "neighbours"));
  options.focus_threshold = number(job, "focusThreshold");
  options.bands = edge_bands(job);
  return options;
}

std::vector<int64_t> indices_of(const double* voxels, std::size_t count, int64_t size, const Control& control) {
  constexpr std::size_t checked_at_once = 4096;
  std::vector<int64_t> indices(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (i % checked_at_once == 0) control.check();
    const double voxel = voxels[i];
    if (!(voxel >= 0 && voxel < static_cast<double>(size)) || voxel != std::floor(voxel)) {
      throw InputError("voxels", static_cast<int64_t>(i), "an integer from 0 to " + std::to_string(size - 1),
                       std::to_string(voxel));
    }
    indices[i] = static_cast<int64_t>(voxel);
  }
  return indices;
}

PseudoLabelOutput pseudo_label_output(const Napi::Object& job) {
  return {elements<uint8_t>(job, "pseudoLabel"), elements<float>(job, "confidence"), elements<uint8_t>(job, "focus")};
}

}  // namespace geoscribe::binding
