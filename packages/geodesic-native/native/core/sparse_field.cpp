#include "core/sparse_field.hpp"

#include <algorithm>

namespace geoscribe {

SparseField::~SparseField() {
  for (float* block : blocks_) {
    if (block != nullptr) pool_->give_back(block);
  }
}

float* SparseField::touch(int64_t tile, float value) {
  float*& block = blocks_[static_cast<std::size_t>(tile)];
  if (block == nullptr) {
    block = pool_->take();
    std::fill_n(block, tile_size, value);
  }
  return block;
}

void SparseField::release(int64_t tile) {
  float*& block = blocks_[static_cast<std::size_t>(tile)];
  if (block != nullptr) pool_->give_back(block);
  block = nullptr;
}

}  // namespace geoscribe
