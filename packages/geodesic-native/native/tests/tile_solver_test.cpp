#include "check.hpp"
#include "random_checks.hpp"

using namespace geoscribe;
using geoscribe::testing::check_algorithms;
using geoscribe::testing::check_edits;

TEST("every algorithm gives the heap's bits, tiles for every instruction set") {
  for (const Isa isa : {Isa::baseline, Isa::avx2, Isa::avx512}) {
    if (const Kernels* kernels = kernels_for(isa)) {
      for (unsigned seed = 0; seed < 60; ++seed) check_algorithms(seed, *kernels, 1);
    }
  }
}

TEST("every algorithm gives the heap's bits for any number of threads") {
  for (unsigned seed = 100; seed < 160; ++seed) check_algorithms(seed, best_kernels(), 2 + static_cast<int>(seed % 3));
}

TEST("after edits the distances are those of a fresh start") {
  for (unsigned seed = 200; seed < 260; ++seed) check_edits(seed, 1 + static_cast<int>(seed % 3));
}
