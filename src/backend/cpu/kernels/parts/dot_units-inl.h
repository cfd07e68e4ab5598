// The two dot units with one interface. x86-64 only.
#if defined(DPT_CPU_DOT_UNITS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_DOT_UNITS_INL_H
#undef DPT_CPU_DOT_UNITS_INL_H
#else
#define DPT_CPU_DOT_UNITS_INL_H
#endif

#include <cstddef>
#include <cstdint>

#include "backend/cpu/kernels/parts/amx-inl.h"
#include "backend/cpu/kernels/parts/dot-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
/// Intel's matrix unit.
struct AmxUnit {
  using State = TileState;

  template <Arithmetic arithmetic>
  DPT_DOT static void multiply(const TileRows& rows, int64_t count, const DepthRun* runs,
                               int64_t run_count, const std::byte* b, Prefetch ahead, float* sums,
                               bool accumulate) {
    const auto of_tiles =
        count > tile_side ? multiply_tiles<arithmetic, 2> : multiply_tiles<arithmetic, 1>;
    of_tiles(rows, runs, run_count, b, ahead, sums, accumulate);
  }
};

/// AVX-512's dot products, which are too slow to wait for memory: nothing is asked for ahead.
struct Avx512Unit {
  struct State {};

  template <Arithmetic arithmetic>
  static void multiply(const TileRows& rows, int64_t count, const DepthRun* runs, int64_t run_count,
                       const std::byte* b, Prefetch, float* sums, bool accumulate) {
    multiply_dots<arithmetic>(rows, count, runs, run_count, b, sums, accumulate);
  }
};
#endif  // HWY_AVX3

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
