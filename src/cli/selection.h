// Which of the planned jobs this run does.
#pragma once

#include <memory>
#include <vector>

#include "cli/console.h"
#include "cli/manifest.h"
#include "cli/options.h"
#include "cli/outputs.h"

namespace dpt::cli {

/// This process's share, without the pictures that are done (--resume, --skip-existing), which a
/// note counts. Results that go to standard output or a device are never done. Throws Error(usage)
/// as parse_shard().
/// With --resume, those that the manifest says another model or other options made are done again,
/// which another note counts.
std::vector<Job> select_jobs(const std::vector<Job>& jobs, const BatchOptions& options,
                             const MadeBy& made_by, Console& console);

/// Null where none is wanted. Throws Error(input).
std::unique_ptr<Manifest> open_manifest(const BatchOptions& options, const MadeBy& made_by);

}  // namespace dpt::cli
