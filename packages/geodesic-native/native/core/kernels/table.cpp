#include "core/kernels/kernels.hpp"
#include "core/kernels/vec.hpp"

namespace geoscribe::GEOSCRIBE_ISA {

extern const Kernels table;
const Kernels table{Isa::GEOSCRIBE_ISA};

}  // namespace geoscribe::GEOSCRIBE_ISA
