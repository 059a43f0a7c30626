#pragma once

#include <napi.h>

#include <span>
#include <vector>

#include "core/augmentation.hpp"
#include "core/named_tensors.hpp"
#include "core/network_spec.hpp"
#include "core/precision.hpp"
#include "core/trainer.hpp"

namespace geoscribe {

/** Readers trust their input: the TypeScript side has checked it. */
double readNumber(const Napi::Object& object, const char* name);
std::string readString(const Napi::Object& object, const char* name);
bool has(const Napi::Object& object, const char* name);
Index3 readIndex3(const Napi::Value& value);
std::vector<Index3> readIndices(const Napi::Value& value);
std::vector<std::array<bool, 3>> readFlips(const Napi::Value& value);
NetworkSpec readSpec(const Napi::Value& value);
Precision readPrecision(const Napi::Object& object);
MemoryLayout readLayout(const Napi::Object& object);
AugmentationSpec readAugmentation(const Napi::Value& value);
PatchRequest readPatchRequest(const Napi::Value& value);
std::vector<StepRequest> readSteps(const Napi::Value& value);

/** Copies of float32 tensors. */
std::vector<NamedTensor> readTensors(const Napi::Value& value);
Napi::Value writeTensors(Napi::Env env, const std::vector<NamedTensor>& tensors);

/** Views of the caller's memory: the arrays must outlive them. */
CaseView readCase(const Napi::Value& value);
std::vector<CaseView> readCases(const Napi::Value& value);

Napi::Value writeStepResult(Napi::Env env, const StepResult& result);

template <typename Array, typename Element>
Napi::Value writeArray(Napi::Env env, std::span<const Element> values) {
  Array array = Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

}  // namespace geoscribe
