// The largest resident memory of this process.
#pragma once

namespace dpt {

/// Lets the kernel count anew (proc(5), clear_refs); where it is not allowed, the figure is that of
/// the whole process.
void reset_peak_memory();

/// 10^6 bytes; 0 where the system does not say.
double peak_memory_mb();

}  // namespace dpt
