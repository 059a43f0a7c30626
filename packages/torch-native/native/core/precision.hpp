#pragma once

#include <ATen/autocast_mode.h>

namespace geoscribe {

enum class Precision { Float32, Bfloat16 };

/** Autocast to bfloat16 for the life of the object on this thread; nothing for float32. */
class AutocastScope {
 public:
  AutocastScope(at::DeviceType device, Precision precision)
      : device_(device), wasEnabled_(at::autocast::is_autocast_enabled(device)), wasType_(at::autocast::get_autocast_dtype(device)) {
    at::autocast::increment_nesting();
    at::autocast::set_autocast_dtype(device, at::kBFloat16);
    at::autocast::set_autocast_enabled(device, precision == Precision::Bfloat16);
  }
  ~AutocastScope() {
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(device_, wasEnabled_);
    at::autocast::set_autocast_dtype(device_, wasType_);
  }
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  at::DeviceType device_;
  bool wasEnabled_;
  at::ScalarType wasType_;
};

}  // namespace geoscribe
