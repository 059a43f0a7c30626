#include "core/device.hpp"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "core/error.hpp"

namespace geoscribe {
namespace {

#ifdef __APPLE__
constexpr const char* cudaLibrary = "libtorch_cuda.dylib";
#else
constexpr const char* cudaLibrary = "libtorch_cuda.so";
#endif

std::atomic<bool> cudaOpened{false};
std::atomic<bool> ranBackward{false};
std::atomic<int> chosenThreads{0};
std::mutex opening;

void openCudaLibrary() {
  Dl_info cpuLibrary{};
  dladdr(reinterpret_cast<const void*>(&at::get_num_threads), &cpuLibrary);
  const auto path = std::filesystem::path(cpuLibrary.dli_fname ? cpuLibrary.dli_fname : "").parent_path() / cudaLibrary;
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL)) return;
  const char* reason = dlerror();
  throw Error("MissingLibraryError", "LibTorch's CUDA library cannot be opened",
              {"device", std::string(cudaLibrary) + " beside LibTorch's CPU library, and the CUDA libraries it needs", reason ? reason : "no reason",
               "Install a CUDA build of PyTorch 2.9 or newer with all its dependencies (pip install torch) and set LIBTORCH to its folder."});
}

}  // namespace

at::Device openDevice(const std::string& name) {
  if (name == "cpu") return at::Device(at::kCPU);
  const std::lock_guard lock(opening);
  if (!cudaOpened) {
    if (ranBackward) {
      throw Error("DeviceUnavailableError", "CUDA cannot be used after training on the CPU in the same process",
                  {"device", "cuda chosen before the first training step", "cuda chosen after a step on the CPU", "Start a new process for it."});
    }
    openCudaLibrary();
    if (!at::hasCUDA() || at::detail::getCUDAHooks().deviceCount() == 0) {
      throw Error("DeviceUnavailableError", "No GPU can be used",
                  {"device", "a CUDA device and its driver", "none", "Install the NVIDIA driver, or choose device cpu."});
    }
    cudaOpened = true;
  }
  return at::Device(at::kCUDA, 0);
}

std::optional<DeviceMemory> deviceMemory(const at::Device& device) {
  if (!device.is_cuda()) return std::nullopt;
  // The CUDA runtime came with LibTorch's CUDA library; nothing of it is linked here.
  using MemGetInfo = int (*)(std::size_t*, std::size_t*);
  const auto ask = reinterpret_cast<MemGetInfo>(dlsym(RTLD_DEFAULT, "cudaMemGetInfo"));
  DeviceMemory memory{};
  if (!ask || ask(&memory.free, &memory.total) != 0) return std::nullopt;
  return memory;
}

void noteBackwardPass() { ranBackward = true; }

void useDeterministicAlgorithms() {
  // Read by cuBLAS when it is opened: its workspaces are the other source of sums in changing order.
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
  at::globalContext().setDeterministicAlgorithms(true, false);
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setBenchmarkCuDNN(false);
}

void setThreadCount(int threads) {
  chosenThreads = threads;
  applyThreadCount();
}

int threadCount() { return chosenThreads > 0 ? chosenThreads.load() : at::get_num_threads(); }

void applyThreadCount() {
  if (chosenThreads > 0) {
    at::set_num_threads(chosenThreads);
  } else {
    at::init_num_threads();
  }
}

}  // namespace geoscribe
