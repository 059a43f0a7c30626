#pragma once

#include "core/smooth_piece.hpp"

namespace geoscribe::GEOSCRIBE_ISA {

/** Smooths a piece; false, and no output, where float64 cannot hold the sums. */
bool smooth_piece(const SmoothPiece& piece);

}  // namespace geoscribe::GEOSCRIBE_ISA
