#include <algorithm>
#include <vector>

#include "backend/cpu/kernels/elementwise.h"
#include "backend/cpu/kernels/gemm_job.h"
#include "backend/cpu/kernels/pack.h"

namespace dpt::cpu {

int64_t panel_width() { return 4; }

namespace {

float element(const RowSource& a, int64_t row, int64_t k) {
  float value = 0;
  if (a.row_stride != 0) {
    value = a.data[row * a.row_stride + k];
  } else {
    const int64_t ox = row % a.out_width;
    const int64_t oy = row / a.out_width % a.out_height;
    const int64_t n = row / a.out_width / a.out_height;
    const int64_t c = k % a.channels;
    const int64_t y = oy * a.stride - a.pad_top + k / a.channels / a.kernel_w;
    const int64_t x = ox * a.stride - a.pad_left + k / a.channels % a.kernel_w;
    if (y >= 0 && y < a.height && x >= 0 && x < a.width) {
      value = a.data[((n * a.height + y) * a.width + x) * a.channels + c];
    }
  }
  return a.relu ? std::max(value, 0.0F) : value;
}

}  // namespace

void run_gemm(ThreadPool& pool, const GemmJob& job) {
  pool.parallel_for(job.a.rows, [&](int64_t row, int) {
    std::vector<float> a(static_cast<size_t>(job.a.depth));
    for (int64_t k = 0; k < job.a.depth; ++k) a[k] = element(job.a, row, k);
    for (int64_t column = 0; column < job.columns; ++column) {
      const float* b = job.b + column / job.panel * job.panel * job.a.depth + column % job.panel;
      float sum = job.epilogue.bias != nullptr ? job.epilogue.bias[column] : 0.0F;
      for (int64_t k = 0; k < job.a.depth; ++k) sum += a[k] * b[k * job.panel];
      activate_reference(job.epilogue.activation, &sum, 1, &sum);
      const int64_t offset = job.c.offset(row) + column;
      for (const float* residual : job.epilogue.residual) {
        if (residual != nullptr) sum += residual[offset];
      }
      job.c.data[offset] = sum;
    }
  });
}

}  // namespace dpt::cpu
