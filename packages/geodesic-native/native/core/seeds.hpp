#pragma once

#include <cstdint>
#include <vector>

#include "core/case_data.hpp"
#include "core/thread_pool.hpp"

namespace geoscribe {

/** Voxels of each of `classes` in a seed map, ascending: one pass for all. */
std::vector<std::vector<int64_t>> seeds_by_class(const uint8_t* seed_map, int64_t size, const std::vector<uint8_t>& classes,
                                                 const Workers& workers);

/** The same for a case: class by class from 0. */
std::vector<std::vector<int64_t>> seeds_of_classes(const CaseData& data, const Workers& workers);

}  // namespace geoscribe
