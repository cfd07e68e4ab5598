#include "backend/cpu/kernels/norm.h"

namespace dpt::cpu {
void layer_norm(ThreadPool&, const LayerNormArgs& args) { layer_norm_reference(args); }
void group_norm(ThreadPool&, const GroupNormArgs& args) { group_norm_reference(args); }
}  // namespace dpt::cpu
