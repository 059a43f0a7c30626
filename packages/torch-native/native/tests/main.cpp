#include "tests/check.hpp"

/** Runs all tests, or those whose name contains the first argument; prints `N passed, N failed`. */
int main(int count, char** arguments) {
  using namespace geoscribe::testing;
  int passed = 0, failed = 0;
  for (const Test& test : tests()) {
    if (count > 1 && test.name.find(arguments[1]) == std::string::npos) continue;
    std::string reason;
    try {
      test.body();
      ++passed;
      continue;
    } catch (const Failed& failure) {
      reason = failure.text;
    } catch (const std::exception& error) {
      reason = error.what();
    }
    ++failed;
    std::printf("FAILED %s\n  %s\n", test.name.c_str(), reason.c_str());
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}
