#include "core/kernels/kernels.hpp"

#include <initializer_list>

namespace geoscribe {

namespace baseline {
extern const Kernels table;
}

#ifdef GEOSCRIBE_X86
namespace avx2 {
extern const Kernels table;
}
namespace avx512 {
extern const Kernels table;
}
#endif

const Kernels* kernels_for(Isa isa) {
  if (isa == Isa::baseline) return &baseline::table;
#ifdef GEOSCRIBE_X86
  if (isa == Isa::avx2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) return &avx2::table;
  if (isa == Isa::avx512 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2")) {
    return &avx512::table;
  }
#endif
  return nullptr;
}

const Kernels& best_kernels() {
  static const Kernels& best = *[] {
    for (const Isa isa : {Isa::avx512, Isa::avx2}) {
      if (const Kernels* found = kernels_for(isa)) return found;
    }
    return kernels_for(Isa::baseline);
  }();
  return best;
}

}  // namespace geoscribe
