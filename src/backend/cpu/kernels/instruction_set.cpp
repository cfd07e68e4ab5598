#include "backend/cpu/kernels/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/instruction_set.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {
int64_t current_target() { return HWY_TARGET; }
}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <bit>
#include <string>

#include "backend/cpu/kernels/parts/dot_unit.h"
#include "base/error.h"
#include "base/settings.h"

namespace dpt::cpu {

HWY_EXPORT(current_target);

namespace {

std::string_view target_name(int64_t target) {
  switch (target) {
    case HWY_AVX3_DL:
    case HWY_AVX3:
      return "avx512";
    case HWY_AVX2:
      return "avx2";
    case HWY_SSE4:
      return "sse4";
    case HWY_SCALAR:
      return "scalar";
    default:
      return hwy::TargetName(target);
  }
}

/// Highway numbers the targets so that a lower bit is a better instruction set.
int64_t worse_than(int64_t target) { return ~((target << 1) - 1); }

/// Targets that DPT_CPU allows, all bits if it is not set.
int64_t allowed_targets() {
  if (!settings().cpu) return ~int64_t{0};
  const std::string& wanted = *settings().cpu;
  int64_t best = 0;
  if (wanted == "avx512" || wanted == "amx") best = HWY_AVX3_DL;
  if (wanted == "avx2") best = HWY_AVX2;
  if (wanted == "baseline") return worse_than(HWY_AVX2);
  if (best == 0) {
    fail(ErrorKind::usage, "DPT_CPU is \"{}\", expected amx, avx512, avx2 or baseline",
         printable(wanted));
  }
  if (!instruction_set_supported(wanted)) {
    fail(ErrorKind::usage, "DPT_CPU is \"{}\", which this processor or build does not support",
         wanted);
  }
  return best | worse_than(best);
}

/// True once the setting has been obeyed.
bool obey_setting() {
  hwy::DisableTargets(~allowed_targets());
  switch_amx(!settings().cpu || *settings().cpu == "amx");
  return true;
}

}  // namespace

std::string_view instruction_set() {
  [[maybe_unused]] static const bool obeyed = obey_setting();
  return amx_in_use() ? "amx" : target_name(HWY_DYNAMIC_DISPATCH(current_target)());
}

void for_each_instruction_set(const std::function<void(std::string_view)>& body) {
  instruction_set();
  const bool amx = amx_in_use();
  if (amx) body("amx");
  switch_amx(false);
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    try {
      body(target_name(target));
    } catch (...) {
      hwy::SetSupportedTargetsForTest(0);
      switch_amx(amx);
      throw;
    }
  }
  hwy::SetSupportedTargetsForTest(0);
  switch_amx(amx);
}

bool instruction_set_supported(std::string_view name) {
  if (name == "amx") return amx_available();
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    if (target_name(target) == name) return true;
  }
  return false;
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
