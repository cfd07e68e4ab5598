// Which instruction set the kernels use.
#pragma once

#include <functional>
#include <string_view>

namespace dpt::cpu {

/// The one in use: "amx" (AVX-512 and the matrix unit), "avx512", "avx2", "sse4", "scalar", or
/// another architecture's in Highway's spelling. The best that the processor offers, or a lower one
/// that DPT_CPU names ("baseline": the best below avx2). Throws Error(usage) if DPT_CPU is unknown
/// or asks for what the processor lacks.
std::string_view instruction_set();

/// Calls body once for each instruction set that this build contains and this processor supports,
/// best first, with the kernels switched to it; then switches back. For tests and benchmarks: no
/// kernel may run meanwhile on another thread, and weights packed under one set are of no use under
/// another.
void for_each_instruction_set(const std::function<void(std::string_view)>& body);

/// Those of x86-64 that this build contains; a test skips, with a reason, those that the processor
/// lacks.
bool instruction_set_supported(std::string_view name);

}  // namespace dpt::cpu
