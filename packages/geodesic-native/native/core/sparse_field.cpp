#include "core/sparse_field.hpp"

#include <algorithm>

namespace geoscribe {

float* SparseField::touch(int64_t tile, float value) {
  auto& block = blocks_[static_cast<std::size_t>(tile)];
  if (block == nullptr) {
    block = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(tile_size));
    std::fill_n(block.get(), tile_size, value);
  }
  return block.get();
}

}  // namespace geoscribe
