#pragma once

#include <functional>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace geoscribe::testing {

struct Test {
  std::string name;
  std::function<void()> body;
};

inline std::vector<Test>& tests() {
  static std::vector<Test> all;
  return all;
}

struct Registered {
  Registered(std::string name, std::function<void()> body) { tests().push_back({std::move(name), std::move(body)}); }
};

inline void check(bool holds, const std::string& what, const char* file, int line) {
  if (holds) return;
  std::ostringstream message;
  message << file << ":" << line << ": " << what;
  throw std::runtime_error(message.str());
}

}  // namespace geoscribe::testing

#define GEOSCRIBE_JOIN_(a, b) a##b
#define GEOSCRIBE_JOIN(a, b) GEOSCRIBE_JOIN_(a, b)

/** TEST("what holds") { ... } */
#define TEST(name)                                                                                   \
  static void GEOSCRIBE_JOIN(test_, __LINE__)();                                                     \
  static const ::geoscribe::testing::Registered GEOSCRIBE_JOIN(registered_, __LINE__){               \
      name, GEOSCRIBE_JOIN(test_, __LINE__)};                                                        \
  static void GEOSCRIBE_JOIN(test_, __LINE__)()

#define CHECK(condition) ::geoscribe::testing::check((condition), #condition, __FILE__, __LINE__)

#define CHECK_THROWS(type, expression)                                                               \
  do {                                                                                               \
    bool thrown = false;                                                                             \
    try {                                                                                            \
      expression;                                                                                    \
    } catch (const type&) {                                                                          \
      thrown = true;                                                                                 \
    }                                                                                                \
    ::geoscribe::testing::check(thrown, #expression " throws " #type, __FILE__, __LINE__);           \
  } while (false)
