// The limits of the machine that the kernels are held against.
#pragma once

namespace dpt::cpu {

/// Floating point operations per second of one core: fused multiply-adds between registers in the
/// instruction set in use. The best of several short runs, since others use the machine too.
double measure_peak_flops();

/// Bytes per second that one core copies between arrays larger than the caches, read plus written.
double measure_copy_bandwidth();

}  // namespace dpt::cpu
