#include "backend/cpu/kernels/resample.h"

namespace dpt::cpu {
void bilinear(ThreadPool&, const BilinearArgs& args) { bilinear_reference(args); }
void max_pool(ThreadPool&, const MaxPoolArgs& args) { max_pool_reference(args); }
}  // namespace dpt::cpu
