#pragma once

#include <stdexcept>
#include <string>

namespace geoscribe {

/** Parts of the one-line message that the TypeScript side puts together; empty parts are left out. */
struct ErrorDetail {
  std::string field;
  std::string expected;
  std::string received;
  std::string nextStep;
};

/** An error that a user can cause or cure. `code` is one of the error types of @geoscribe/campaign. */
class Error : public std::runtime_error {
 public:
  Error(std::string code, const std::string& summary, ErrorDetail detail = {})
      : std::runtime_error(summary), code(std::move(code)), detail(std::move(detail)) {}

  std::string code;
  ErrorDetail detail;
};

}  // namespace geoscribe
