// Intel's matrix unit (AMX): whether there is one, and its state.
#pragma once

namespace dpt::cpu {

/// The processor has AMX for bf16 and int8 with AVX-512 beside it, this build has the code, and the
/// operating system lets this process use it (asked once: Linux grants the unit's state on
/// request).
bool amx_available();

/// amx_available(), and not switched off by DPT_CPU or a test.
bool amx_in_use();
/// For instruction_set.cpp.
void switch_amx(bool on);

}  // namespace dpt::cpu
