#pragma once

#include "core/network_spec.hpp"

namespace geoscribe::testing {

/** Three stages of 4, 8, 8 features, so that there are two heads. */
inline NetworkSpec smallSpec() {
  return {1, 3, {{4, {3, 3, 3}, {1, 1, 1}, 2, 2}, {8, {3, 3, 3}, {2, 2, 2}, 2, 2}, {8, {1, 3, 3}, {1, 2, 2}, 1, 0}}};
}

}  // namespace geoscribe::testing
