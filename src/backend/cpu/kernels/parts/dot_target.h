// How code outside the instruction sets' namespaces calls the dot units'. Included under HWY_ONCE.
#pragma once

#include <stdexcept>

#include "hwy/highway.h"

#if HWY_ARCH_X86 && (HWY_TARGETS & HWY_AVX3)
#define DPT_DOT_CALL(function) N_AVX3::function
#else
// Never called: has_unit_for() is false in such a build.
#define DPT_DOT_CALL(function) \
  [](auto&&...) { throw std::logic_error("built without the dot units' code"); }
#endif
