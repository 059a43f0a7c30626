#pragma once

#include <cstdio>
#include <exception>
#include <functional>
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

struct Failed {
  std::string text;
};

/** Registers a test at start-up: `const Register name("it does this", [] { ... });` */
struct Register {
  Register(std::string name, std::function<void()> body) { tests().push_back({std::move(name), std::move(body)}); }
};

inline void expect(bool condition, const std::string& what) {
  if (!condition) throw Failed{what};
}

inline void expectNear(double received, double expected, double tolerance, const std::string& what) {
  const double difference = received > expected ? received - expected : expected - received;
  // Written so that NaN fails.
  if (!(difference <= tolerance)) {
    throw Failed{what + ": expected " + std::to_string(expected) + " but received " + std::to_string(received) + ", tolerance " + std::to_string(tolerance)};
  }
}

}  // namespace geoscribe::testing
