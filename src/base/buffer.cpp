#include "base/buffer.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>

#include "base/error.h"

namespace dpt::detail {

namespace {

constexpr size_t cache_line = 64;
constexpr size_t page = 4096;
constexpr size_t huge_page = size_t{2} << 20;

#if defined(__SANITIZE_ADDRESS__)
// The sanitizer sees accesses beyond the ends of its own allocator's blocks only.
bool is_large(size_t) { return false; }
#else
bool is_large(size_t bytes) { return bytes >= huge_page; }
#endif
size_t round_up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

/// Maps memory that begins on a huge page's boundary; what lies before it and after the last page
/// is given back.
void* map_large(size_t bytes) {
  const size_t wanted = round_up(bytes, page);
  void* mapped = ::mmap(nullptr, wanted + huge_page, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* begin = static_cast<std::byte*>(mapped);
  const size_t misaligned = reinterpret_cast<uintptr_t>(begin) % huge_page;
  const size_t before = misaligned == 0 ? 0 : huge_page - misaligned;
  if (before > 0) ::munmap(begin, before);
  ::munmap(begin + before + wanted, huge_page - before);
  // Fewer page faults and translation misses; a hint only, so its result does not matter. Whole
  // pages only: the rest of the last one would be memory that nothing uses.
  ::madvise(begin + before, wanted / huge_page * huge_page, MADV_HUGEPAGE);
  return begin + before;
}

}  // namespace

void FreeAligned::operator()(void* memory) const {
  if (is_large(bytes)) {
    ::munmap(memory, round_up(bytes, page));
  } else {
    std::free(memory);
  }
}

void* allocate_aligned(size_t bytes, const char* what) {
  void* memory = nullptr;
  if (bytes <= SIZE_MAX / 2) {
    memory = is_large(bytes) ? map_large(bytes)
                             : std::aligned_alloc(cache_line, round_up(bytes, cache_line));
  }
  if (memory == nullptr) {
    fail(ErrorKind::resource, "not enough memory: {:.1f} MiB for {}",
         static_cast<double>(bytes) / (1 << 20), what);
  }
  return memory;
}

}  // namespace dpt::detail
