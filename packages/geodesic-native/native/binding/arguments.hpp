#pragma once

#include <napi.h>

#include <string>
#include <vector>

#include "core/case_data.hpp"
#include "core/control.hpp"
#include "core/distance_job.hpp"
#include "core/gate.hpp"
#include "core/grid.hpp"
#include "core/pseudo_label.hpp"

// Reads the plain objects that `src/native.ts` declares. JS has validated them: lengths, ranges and types are trusted.

namespace geoscribe::binding {

double number(const Napi::Object& object, const char* key);
std::vector<double> numbers(const Napi::Object& object, const char* key);

/** Data of a typed array, its byte offset applied; null where the field is absent. */
template <class T>
T* elements(const Napi::Object& object, const char* key);

/** Data of every typed array of a list. */
std::vector<float*> float_arrays(const Napi::Object& object, const char* key);

DistanceOptions distance_options(const Napi::Object& job);
PseudoLabelOptions pseudo_label_options(const Napi::Object& job);
PseudoLabelOutput pseudo_label_output(const Napi::Object& job);

/** Numbers from JS, not yet checked, as flat indices of a volume. For the job's thread. Throws InputError. */
std::vector<int64_t> indices_of(const double* voxels, std::size_t count, int64_t size, const Control& control);

}  // namespace geoscribe::binding
