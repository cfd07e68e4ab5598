// Products with few columns, such as the depth head's 1x1 convolution to one channel.
#pragma once

#include <cstdint>

#include "backend/cpu/kernels/product/gemm_job.h"
#include "base/machine/thread_pool.h"

namespace dpt::cpu {

/// Beyond this a panel, however empty, is faster.
inline constexpr int64_t max_narrow_columns = 3;

/// Whether run_narrow serves this product: few columns and rows that lie in memory.
bool is_narrow(const GemmJob& job);
void run_narrow(ThreadPool& pool, const GemmJob& job);

}  // namespace dpt::cpu
