#include "core/kernels/fill.hpp"
#include "core/kernels/kernels.hpp"
#include "core/kernels/label.hpp"
#include "core/kernels/range.hpp"
#include "core/kernels/relax.hpp"
#include "core/kernels/smooth.hpp"
#include "core/kernels/vec.hpp"

namespace geoscribe::GEOSCRIBE_ISA {

extern const Kernels table;
const Kernels table{Isa::GEOSCRIBE_ISA, relax_tile, smooth_piece, first_outside, fill, label_run, finish_run};

}  // namespace geoscribe::GEOSCRIBE_ISA
