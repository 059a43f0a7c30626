#pragma once

#include <ATen/ATen.h>

#include <optional>
#include <string>

namespace geoscribe {

/**
 * The device of that name, made ready. For `cuda` LibTorch's CUDA library, beside its CPU library, is opened once.
 * Throws MissingLibraryError where it cannot be opened, DeviceUnavailableError where there is no usable GPU or where
 * this process already ran a backward pass on the CPU (LibTorch's autograd engine counts its devices only once).
 */
at::Device openDevice(const std::string& name);

struct DeviceMemory {
  std::size_t free, total;
};

/** Bytes of the current CUDA device's memory, as its driver tells them; nothing where the runtime does not say. */
std::optional<DeviceMemory> deviceMemory(const at::Device& device);

/** Must be called before every backward pass. */
void noteBackwardPass();

/**
 * Makes the process's CUDA operations add in an order that never changes, slower ones in place of others; an operation that
 * has no such algorithm then is an error. To be called before the first operation on the GPU.
 */
void useDeterministicAlgorithms();

/** The number that worker threads pass to LibTorch; 0 until somebody chose one (LibTorch's own default holds). */
void setThreadCount(int threads);
int threadCount();

/** Makes this thread use threadCount() threads within operations (OpenMP keeps the number per calling thread). */
void applyThreadCount();

}  // namespace geoscribe
