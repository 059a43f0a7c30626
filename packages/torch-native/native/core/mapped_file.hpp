#pragma once

#include <cstddef>
#include <string>

namespace geoscribe {

/**
 * A file's bytes in memory without a copy. Pages are private: what a caller writes into them never reaches the file.
 * Throws InvalidArgumentError naming the reason; the message holds no path.
 */
class MappedFile {
 public:
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  void* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace geoscribe
