#include "backend/cpu/kernels/attention/attention_job.h"

#include <limits>

namespace dpt::cpu {

// Time to pack the keys and values of a head, in units of its attention.
constexpr double packing = 0.04;

int64_t choose_attention_chunks(int64_t heads, int64_t blocks, int threads) {
  int64_t best = 1;
  double least = std::numeric_limits<double>::infinity();
  for (int64_t chunks = 1; chunks <= blocks; ++chunks) {
    const auto rounds = static_cast<double>((heads * chunks + threads - 1) / threads);
    const double time = rounds * (1 / static_cast<double>(chunks) + packing);
    if (time < least) {
      least = time;
      best = chunks;
    }
  }
  return best;
}

}  // namespace dpt::cpu
