// What the processor offers.
#pragma once

#include <string>
#include <vector>

namespace dpt {

/// Model name as the system gives it, e.g. "AMD EPYC 9B14".
std::string cpu_name();

/// Those of "avx2", "fma", "f16c", "avx512", "avx512_vnni", "avx512_bf16", "amx" that the
/// processor and the operating system support.
std::vector<std::string> cpu_features();

/// Tells the processor that this is a waiting loop.
inline void pause_briefly() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#else
  __asm__ __volatile__("" ::: "memory");
#endif
}

}  // namespace dpt
