// Products with so few columns that a panel would be mostly empty: one dot product per element.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/product/narrow.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "backend/cpu/kernels/product/epilogue-inl.h"
#include "backend/cpu/kernels/product/gemm_job.h"
#include "backend/cpu/kernels/product/narrow.h"
#include "backend/cpu/kernels/ranges.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

template <bool relu, class D, class V = hn::Vec<D>>
HWY_INLINE V load_operand(D d, const float* from) {
  const V x = hn::LoadU(d, from);
  return relu ? hn::IfThenZeroElse(hn::Lt(x, hn::Zero(d)), x) : x;
}

template <bool relu>
float dot(const float* a, const float* b, int64_t depth) {
  const F32 d;
  const hn::CappedTag<float, 1> one;
  auto sum0 = hn::Zero(d);
  auto sum1 = hn::Zero(d);
  int64_t k = 0;
  for (; k + 2 * lanes <= depth; k += 2 * lanes) {
    sum0 = hn::MulAdd(load_operand<relu>(d, a + k), hn::LoadU(d, b + k), sum0);
    sum1 = hn::MulAdd(load_operand<relu>(d, a + k + lanes), hn::LoadU(d, b + k + lanes), sum1);
  }
  for (; k + lanes <= depth; k += lanes) {
    sum0 = hn::MulAdd(load_operand<relu>(d, a + k), hn::LoadU(d, b + k), sum0);
  }
  float total = hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1)));
  for (; k < depth; ++k) total += hn::GetLane(load_operand<relu>(one, a + k)) * b[k];
  return total;
}

void narrow_rows(const GemmJob& job, const float* columns, Range rows) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const float* a = job.a.data + row * job.a.row_stride;
    float sums[max_narrow_columns];
    for (int64_t j = 0; j < job.columns; ++j) {
      const float* b = columns + j * job.a.depth;
      sums[j] = job.a.relu ? dot<true>(a, b, job.a.depth) : dot<false>(a, b, job.a.depth);
    }
    finish_row(sums, job.epilogue, 0, job.columns, job.c.offset(row), job.c.data);
  }
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <vector>

#include "backend/cpu/kernels/dispatch.h"

namespace dpt::cpu {

HWY_EXPORT(narrow_rows);

bool is_narrow(const GemmJob& job) {
  return job.columns <= max_narrow_columns && job.columns < job.weights->panel() &&
         job.a.row_stride != 0;
}

void run_narrow(ThreadPool& pool, const GemmJob& job) {
  constexpr int64_t elements_per_task = 65536;
  const auto* b = reinterpret_cast<const float*>(job.b);
  const int64_t panel = job.weights->panel();
  std::vector<float> columns(static_cast<size_t>(job.columns * job.a.depth));
  for (int64_t j = 0; j < job.columns; ++j) {
    for (int64_t k = 0; k < job.a.depth; ++k) {
      columns[static_cast<size_t>(j * job.a.depth + k)] = b[k * panel + j];
    }
  }
  for_each_range(pool, job.a.rows, elements_per_task / job.a.depth + 1, [&](Range rows, int) {
    DPT_DISPATCH(narrow_rows)(job, columns.data(), rows);
  });
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
