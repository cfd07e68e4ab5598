#include "backend/cpu/kernels/attention.h"

namespace dpt::cpu {
void attention(ThreadPool&, const AttentionArgs& args) { attention_reference(args); }
}  // namespace dpt::cpu
