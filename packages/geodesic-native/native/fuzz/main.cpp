// Random problems of every option, all algorithms and edits beside each other, for as long as asked.
//
//   geodesic_core_fuzz [--problems N] [--seed FIRST]     N problems (default 200) from seed FIRST (default 1000)
//   geodesic_core_fuzz --replay SEED                     one of them again
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include "random_checks.hpp"

namespace {

using namespace geoscribe;

unsigned number(const char* text) { return static_cast<unsigned>(std::strtoul(text, nullptr, 10)); }

/** @returns whether it held */
bool holds(unsigned seed) {
  try {
    const int threads = 1 + static_cast<int>(seed % 4);
    for (const Isa isa : {Isa::baseline, Isa::avx2, Isa::avx512}) {
      if (const Kernels* kernels = kernels_for(isa)) geoscribe::testing::check_algorithms(seed, *kernels, threads);
    }
    geoscribe::testing::check_edits(seed, threads);
    return true;
  } catch (const std::exception& error) {
    std::cout << "FAILED " << error.what() << " (geodesic_core_fuzz --replay " << seed << ")\n";
    return false;
  }
}

}  // namespace

int main(int count, char** arguments) {
  unsigned problems = 200, first = 1000;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string option = arguments[i];
    const unsigned value = number(arguments[i + 1]);
    if (option == "--problems") problems = value;
    if (option == "--seed") first = value;
    if (option == "--replay") {
      problems = 1;
      first = value;
    }
  }
  unsigned failed = 0;
  for (unsigned i = 0; i < problems; ++i) failed += holds(first + i) ? 0 : 1;
  std::cout << problems - failed << " passed, " << failed << " failed\n";
  return failed == 0 ? 0 : 1;
}
