// One of several equal shares of the pictures, for many processes and machines.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/settings.h"

namespace dpt::batch {

/// Share `index` (from 0) of `count`: every count-th picture, beginning with that one.
struct Shard {
  size_t index = 0;
  size_t count = 1;

  bool holds(size_t picture) const { return picture % count == index; }
};

/// "i/n", i from 1 to n; "auto": what Slurm, MPI or a Kubernetes indexed job tells its processes
/// (settings().processes); "" is everything. Throws Error(usage), its text beginning with `name`,
/// for anything else, and for "auto" where nothing is told.
Shard parse_shard(const std::string& text, std::string_view name,
                  std::span<const Settings::Process> processes);

}  // namespace dpt::batch
