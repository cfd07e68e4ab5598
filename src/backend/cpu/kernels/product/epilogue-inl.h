// Stores finished sums, for the instruction set being compiled.
#if defined(DPT_CPU_EPILOGUE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_EPILOGUE_INL_H
#undef DPT_CPU_EPILOGUE_INL_H
#else
#define DPT_CPU_EPILOGUE_INL_H
#endif

#include <cstdint>

#include "backend/cpu/kernels/product/gemm_job.h"
#include "backend/cpu/kernels/product/gemm_kernel-inl.h"
#include "backend/cpu/kernels/simple/activation-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The vector of output elements that starts at `offset` of the output, in column `column`.
template <Activation kind, class D, class V = hn::Vec<D>>
HWY_INLINE void finish_vector(D d, V v, const Epilogue& e, int64_t column, int64_t offset,
                              float* output) {
  if (e.bias != nullptr) v = hn::Add(v, hn::LoadU(d, e.bias + column));
  v = activate_vector<kind>(d, v);
  if (e.residual[0] != nullptr) v = hn::Add(v, hn::LoadU(d, e.residual[0] + offset));
  if (e.residual[1] != nullptr) v = hn::Add(v, hn::LoadU(d, e.residual[1] + offset));
  hn::StoreU(v, d, output + offset);
}

template <Activation kind>
HWY_INLINE void finish_row_as(const float* sums, const Epilogue& e, int64_t column, int64_t count,
                              int64_t offset, float* output) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> one;
  const auto n = static_cast<int64_t>(hn::Lanes(d));
  int64_t i = 0;
  for (; i + n <= count; i += n) {
    finish_vector<kind>(d, hn::LoadU(d, sums + i), e, column + i, offset + i, output);
  }
  for (; i < count; ++i)
    finish_vector<kind>(one, hn::LoadU(one, sums + i), e, column + i, offset + i, output);
}

/// output[offset + i] = epilogue(sums[i]) for i in [0, count), columns [column, column + count).
inline void finish_row(const float* sums, const Epilogue& e, int64_t column, int64_t count,
                       int64_t offset, float* output) {
  switch (e.activation) {
    case Activation::none:
      return finish_row_as<Activation::none>(sums, e, column, count, offset, output);
    case Activation::relu:
      return finish_row_as<Activation::relu>(sums, e, column, count, offset, output);
    case Activation::gelu:
      return finish_row_as<Activation::gelu>(sums, e, column, count, offset, output);
  }
}

/// Rows of `sums` [rows][tile_columns] -> output; row r starts at target.offset(row + r) + column.
template <Activation kind>
void finish_tile_as(const float* sums, const Epilogue& e, const RowTarget& target, int64_t row,
                    int64_t rows, int64_t column, int64_t columns) {
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t offset = target.offset(row + r) + column;
    if (columns < tile_columns) {
      finish_row_as<kind>(sums + r * tile_columns, e, column, columns, offset, target.data);
      continue;
    }
    const F32 d;
    const float* s = sums + r * tile_columns;
    finish_vector<kind>(d, hn::Load(d, s), e, column, offset, target.data);
    finish_vector<kind>(d, hn::Load(d, s + lanes), e, column + lanes, offset + lanes, target.data);
  }
}

inline void finish_tile(const float* sums, const Epilogue& e, const RowTarget& target, int64_t row,
                        int64_t rows, int64_t column, int64_t columns) {
  switch (e.activation) {
    case Activation::none:
      return finish_tile_as<Activation::none>(sums, e, target, row, rows, column, columns);
    case Activation::relu:
      return finish_tile_as<Activation::relu>(sums, e, target, row, rows, column, columns);
    case Activation::gelu:
      return finish_tile_as<Activation::gelu>(sums, e, target, row, rows, column, columns);
  }
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
