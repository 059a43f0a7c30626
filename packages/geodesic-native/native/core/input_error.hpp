#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace geoscribe {

/** A value inside an array that breaks the contract. Whatever can be checked without a pass over voxels is not checked
 *  here but by the caller. */
struct InputError : std::runtime_error {
  InputError(std::string field_, int64_t index_, std::string expected_, std::string received_)
      : std::runtime_error(field_ + ": expected " + expected_ + " but received " + received_),
        field(std::move(field_)), index(index_), expected(std::move(expected_)), received(std::move(received_)) {}

  std::string field;
  /** Flat index of the first offending element. */
  int64_t index;
  std::string expected;
  std::string received;
};

}  // namespace geoscribe
