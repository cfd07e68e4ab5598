#include "base/buffer.h"

#include <sys/mman.h>

#include <cstdlib>

#include "base/error.h"

namespace dpt::detail {

namespace {
constexpr size_t cache_line = 64;
constexpr size_t huge_page = size_t{2} << 20;
}  // namespace

void FreeAligned::operator()(void* memory) const { std::free(memory); }

void* allocate_aligned(size_t bytes, const char* what) {
  const bool large = bytes >= 2 * huge_page;
  const size_t alignment = large ? huge_page : cache_line;
  void* memory = nullptr;
  if (bytes <= SIZE_MAX - alignment) {
    memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  }
  if (memory == nullptr) {
    fail(ErrorKind::resource, "not enough memory: {:.1f} MiB for {}",
         static_cast<double>(bytes) / (1 << 20), what);
  }
  // Fewer page faults and translation misses; a hint only, so its result does not matter.
  if (large) madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

}  // namespace dpt::detail
