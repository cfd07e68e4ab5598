#include "backend/cpu/kernels/parts/dot_unit.h"

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

/// Processor features; what the operating system must save is asked elsewhere.
struct Features {
  bool amx = false;  ///< tiles, bf16 and int8
  bool avx512_bf16 = false;
  bool avx512_vnni = false;
};

#ifdef DPT_EMULATED_TILES
constexpr bool emulated = true;
#else
constexpr bool emulated = false;
#endif

#if defined(__x86_64__) && defined(__linux__)
Features read_features() {
  Features features;
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) return features;
  constexpr unsigned amx_bf16 = 1U << 22;
  constexpr unsigned amx_tile = 1U << 24;
  constexpr unsigned amx_int8 = 1U << 25;
  constexpr unsigned amx = amx_bf16 | amx_tile | amx_int8;
  features.amx = emulated || (edx & amx) == amx;
  features.avx512_vnni = (ecx & (1U << 11)) != 0;
  if (__get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) == 0) return features;
  features.avx512_bf16 = (eax & (1U << 5)) != 0;
  return features;
}

bool system_grants_amx() {
  constexpr long request_permission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long tile_data = 18;               // XFEATURE_XTILEDATA
  return emulated || ::syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}
#else
Features read_features() { return {}; }
bool system_grants_amx() { return false; }
#endif

const Features& features() {
  static const Features read = read_features();
  return read;
}

}  // namespace

bool amx_available() {
  static const bool available = instruction_set_supported("avx512") && features().amx &&
                                features().avx512_bf16 && features().avx512_vnni &&
                                system_grants_amx();
  return available;
}

bool amx_in_use() { return amx_switch() && amx_available(); }
void switch_amx(bool on) { amx_switch() = on; }

DotUnit dot_unit() {
  const std::string_view set = instruction_set();
  if (set == "amx") return DotUnit::amx;
  return set == "avx512" ? DotUnit::avx512 : DotUnit::none;
}

bool has_unit_for(Arithmetic arithmetic) {
  const DotUnit unit = dot_unit();
  if (unit == DotUnit::none || arithmetic == Arithmetic::fp32) return false;
  return arithmetic == Arithmetic::int8 ? features().avx512_vnni : features().avx512_bf16;
}

bool parts_beat_fp32() { return dot_unit() == DotUnit::amx; }

}  // namespace dpt::cpu
