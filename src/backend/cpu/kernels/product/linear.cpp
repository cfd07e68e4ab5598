#include "backend/cpu/kernels/product/gemm.h"
#include "backend/cpu/kernels/product/gemm_job.h"

namespace dpt::cpu {

void linear(ThreadPool& pool, const LinearArgs& args) {
  const PackedWeights& weights = *args.weights;
  run_gemm(pool, {.a = {.data = args.a,
                        .rows = args.rows,
                        .depth = weights.depth(),
                        .row_stride = args.lda,
                        .parts = args.a_parts},
                  .weights = &weights,
                  .b = weights.data(),
                  .columns = weights.columns(),
                  .epilogue = args.epilogue,
                  .c = {.data = args.c, .row_stride = args.ldc, .parts = args.c_parts}});
}

}  // namespace dpt::cpu
