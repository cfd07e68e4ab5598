// Cutting work into parts for the threads.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/machine/thread_pool.h"

namespace dpt::cpu {

/// A half-open range.
struct Range {
  int64_t begin = 0, end = 0;
  int64_t size() const { return end - begin; }
};

/// Part `index` of [0, total) cut into `parts` parts whose sizes differ by at most one.
inline Range part(int64_t total, int64_t parts, int64_t index) {
  return {total * index / parts, total * (index + 1) / parts};
}

/// Calls body(range, thread) for parts of [0, count) of about `grain`; their number is a multiple
/// of the number of threads, unless everything fits in one.
template <typename Body>
void for_each_range(ThreadPool& pool, int64_t count, int64_t grain, const Body& body) {
  if (count <= 0) return;
  int64_t parts = (count + grain - 1) / grain;
  if (parts > 1) parts = std::min((parts + pool.size() - 1) / pool.size() * pool.size(), count);
  pool.parallel_for(parts,
                    [&](int64_t index, int thread) { body(part(count, parts, index), thread); });
}

}  // namespace dpt::cpu
