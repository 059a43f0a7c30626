#include "binding/convert.hpp"

namespace geoscribe {
namespace {

/** Calls read(element) for every element of a JavaScript array. */
template <typename Read>
auto readAll(const Napi::Value& value, Read read) {
  const Napi::Array array = value.As<Napi::Array>();
  std::vector<decltype(read(array.Get(0U)))> elements;
  for (std::uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::HandleScope scope(value.Env());
    elements.push_back(read(array.Get(i)));
  }
  return elements;
}

std::int64_t readInteger(const Napi::Value& value) { return value.As<Napi::Number>().Int64Value(); }

std::array<bool, 3> readFlags(const Napi::Value& value) {
  const Napi::Array array = value.As<Napi::Array>();
  return {array.Get(0U).ToBoolean(), array.Get(1U).ToBoolean(), array.Get(2U).ToBoolean()};
}

}  // namespace

bool has(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  return !value.IsUndefined() && !value.IsNull();
}

double readNumber(const Napi::Object& object, const char* name) { return object.Get(name).As<Napi::Number>().DoubleValue(); }

std::string readString(const Napi::Object& object, const char* name) { return object.Get(name).As<Napi::String>().Utf8Value(); }

Index3 readIndex3(const Napi::Value& value) {
  const Napi::Array array = value.As<Napi::Array>();
  return {readInteger(array.Get(0U)), readInteger(array.Get(1U)), readInteger(array.Get(2U))};
}

std::vector<Index3> readIndices(const Napi::Value& value) { return readAll(value, readIndex3); }

std::vector<std::array<bool, 3>> readFlips(const Napi::Value& value) { return readAll(value, readFlags); }

NetworkSpec readSpec(const Napi::Value& value) {
  const Napi::Object spec = value.As<Napi::Object>();
  return {readInteger(spec.Get("inputChannels")), readInteger(spec.Get("classes")), readAll(spec.Get("stages"), [](const Napi::Value& element) {
            const Napi::Object stage = element.As<Napi::Object>();
            return NetworkStage{readInteger(stage.Get("features")), readIndex3(stage.Get("kernel")), readIndex3(stage.Get("stride")),
                                readInteger(stage.Get("encoderBlocks")), readInteger(stage.Get("decoderBlocks"))};
          })};
}

Precision readPrecision(const Napi::Object& object) {
  return readString(object, "precision") == "bfloat16" ? Precision::Bfloat16 : Precision::Float32;
}

MemoryLayout readLayout(const Napi::Object& object) {
  return readString(object, "layout") == "contiguous" ? MemoryLayout::Contiguous : MemoryLayout::ChannelsLast;
}

AugmentationSpec readAugmentation(const Napi::Value& value) {
  const Napi::Object spec = value.As<Napi::Object>();
  std::optional<int> inPlaneAxis;
  if (has(spec, "inPlaneAxis")) inPlaneAxis = static_cast<int>(readNumber(spec, "inPlaneAxis"));
  AugmentationSpec read{spec.Get("enabled").ToBoolean(), inPlaneAxis, readFlags(spec.Get("mirror")), {}};
  if (has(spec, "maskedChannels")) {
    for (const bool masked : readAll(spec.Get("maskedChannels"), [](const Napi::Value& value) -> bool { return value.ToBoolean(); })) {
      read.maskedChannels.push_back(masked);
    }
  }
  return read;
}

PatchRequest readPatchRequest(const Napi::Value& value) {
  const Napi::Object request = value.As<Napi::Object>();
  return {static_cast<std::size_t>(readInteger(request.Get("caseIndex"))), readIndex3(request.Get("center")),
          request.Get("seed").As<Napi::Number>().Uint32Value()};
}

std::vector<StepRequest> readSteps(const Napi::Value& value) {
  return readAll(value, [](const Napi::Value& element) {
    const Napi::Object step = element.As<Napi::Object>();
    return StepRequest{readAll(step.Get("patches"), readPatchRequest), readNumber(step, "learningRate")};
  });
}

std::vector<NamedTensor> readTensors(const Napi::Value& value) {
  return readAll(value, [](const Napi::Value& element) {
    const Napi::Object tensor = element.As<Napi::Object>();
    const std::vector<std::int64_t> shape = readAll(tensor.Get("shape"), readInteger);
    const auto data = tensor.Get("data").As<Napi::Float32Array>();
    at::Tensor copy = at::empty(shape);
    std::copy_n(data.Data(), data.ElementLength(), copy.data_ptr<float>());
    return NamedTensor{readString(tensor, "name"), copy};
  });
}

Napi::Value writeTensors(Napi::Env env, const std::vector<NamedTensor>& tensors) {
  Napi::Array array = Napi::Array::New(env, tensors.size());
  for (std::uint32_t i = 0; i < tensors.size(); ++i) {
    const at::Tensor& value = tensors[i].value;
    Napi::Array shape = Napi::Array::New(env, static_cast<std::size_t>(value.dim()));
    for (std::int64_t axis = 0; axis < value.dim(); ++axis) shape.Set(static_cast<std::uint32_t>(axis), static_cast<double>(value.size(axis)));
    Napi::Object tensor = Napi::Object::New(env);
    tensor.Set("name", tensors[i].name);
    tensor.Set("shape", shape);
    tensor.Set("data", writeArray<Napi::Float32Array>(env, std::span<const float>(value.const_data_ptr<float>(), static_cast<std::size_t>(value.numel()))));
    array.Set(i, tensor);
  }
  return array;
}

CaseView readCase(const Napi::Value& value) {
  const Napi::Object object = value.As<Napi::Object>();
  CaseView view{object.Get("image").As<Napi::Float32Array>().Data(), readInteger(object.Get("channels")), readIndex3(object.Get("shape")),
                object.Get("label").As<Napi::Uint8Array>().Data(), nullptr};
  if (has(object, "mask")) view.mask = object.Get("mask").As<Napi::Uint8Array>().Data();
  if (has(object, "confidence")) view.confidence = object.Get("confidence").As<Napi::Float32Array>().Data();
  return view;
}

std::vector<CaseView> readCases(const Napi::Value& value) { return readAll(value, readCase); }

Napi::Value writeStepResult(Napi::Env env, const StepResult& result) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("loss", result.loss);
  object.Set("gradientNorm", result.gradientNorm);
  object.Set("seconds", result.seconds);
  object.Set("waitSeconds", result.waitSeconds);
  return object;
}

}  // namespace geoscribe
