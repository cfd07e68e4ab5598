#include "support/peak_memory.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
// Of sanitizer/allocator_interface.h, which GCC 12 does not install.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*on_allocation)(const volatile void*,
                                                                               size_t),
                                                         void (*on_release)(const volatile void*));
extern "C" size_t __sanitizer_get_allocated_size(const volatile void* memory);
#endif

namespace {

// Below zero when blocks are released that were taken before counting began.
std::atomic<int64_t> live_bytes{0};
std::atomic<int64_t> peak_bytes{0};

void count_taken(size_t bytes) {
  const int64_t live = live_bytes += static_cast<int64_t>(bytes);
  if (live > peak_bytes) peak_bytes = live;
}

void count_released(size_t bytes) { live_bytes -= static_cast<int64_t>(bytes); }

}  // namespace

#if defined(__SANITIZE_ADDRESS__)
namespace {

// The sanitizer has its own operator new and malloc, and tells of both.
void on_allocation(const volatile void*, size_t bytes) { count_taken(bytes); }

void on_release(const volatile void* memory) {
  if (memory != nullptr) count_released(__sanitizer_get_allocated_size(memory));
}

[[maybe_unused]] const int installed =
    __sanitizer_install_malloc_and_free_hooks(on_allocation, on_release);

}  // namespace
#else
// A block begins with its size, in as many bytes as keep the rest aligned.
void* operator new(size_t bytes) {
  constexpr size_t head = alignof(std::max_align_t);
  void* block = std::malloc(bytes + head);
  if (block == nullptr) throw std::bad_alloc();
  *static_cast<size_t*>(block) = bytes;
  count_taken(bytes);
  return static_cast<char*>(block) + head;
}

void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  void* block = static_cast<char*>(memory) - alignof(std::max_align_t);
  count_released(*static_cast<size_t*>(block));
  std::free(block);
}

void operator delete(void* memory, size_t) noexcept { operator delete(memory); }
#endif

namespace dpt::test {

bool counts_every_allocation() {
#if defined(__SANITIZE_ADDRESS__)
  return true;
#else
  return false;
#endif
}

size_t peak_of(const std::function<void()>& action) {
  const int64_t before = live_bytes;
  peak_bytes = before;
  action();
  return static_cast<size_t>(peak_bytes - before);
}

}  // namespace dpt::test
