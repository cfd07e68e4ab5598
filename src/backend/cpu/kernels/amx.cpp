#include "backend/cpu/kernels/amx.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

#include "backend/cpu/kernels/arithmetic.h"
#include "backend/cpu/kernels/instruction_set.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace dpt::cpu {

namespace {

std::atomic<bool>& amx_switch() {
  static std::atomic<bool> on{true};
  return on;
}

#if defined(__x86_64__) && defined(__linux__)
bool processor_has_amx() {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) return false;
  constexpr unsigned amx_bf16 = 1U << 22;
  constexpr unsigned amx_tile = 1U << 24;
  constexpr unsigned amx_int8 = 1U << 25;
  constexpr unsigned amx = amx_bf16 | amx_tile | amx_int8;
  if ((edx & amx) != amx) return false;
  if (__get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) == 0) return false;
  constexpr unsigned avx512_bf16 = 1U << 5;
  return (eax & avx512_bf16) != 0;
}

bool system_grants_amx() {
  constexpr long request_permission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long tile_data = 18;               // XFEATURE_XTILEDATA
  return ::syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}
#else
bool processor_has_amx() { return false; }
bool system_grants_amx() { return false; }
#endif

}  // namespace

bool amx_available() {
  static const bool available =
      instruction_set_supported("avx512") && processor_has_amx() && system_grants_amx();
  return available;
}

bool amx_in_use() { return amx_switch() && amx_available(); }
void switch_amx(bool on) { amx_switch() = on; }

bool has_bf16_unit() {
  instruction_set();  // DPT_CPU is obeyed
  return amx_in_use();
}

}  // namespace dpt::cpu
