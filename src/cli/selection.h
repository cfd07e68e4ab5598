// Which of the planned jobs this run does.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include "cli/console.h"
#include "cli/manifest.h"
#include "cli/options.h"
#include "cli/outputs.h"

namespace dpt::cli {

/// By a job's input: the job before it, which an earlier run did.
using JobsBefore = std::map<std::filesystem::path, Job>;

/// This process's share, without the pictures that are done (--resume, --skip-existing), which a
/// note counts. Results that go to standard output or a device are never done. Throws Error(usage)
/// as parse_shard().
/// Where each picture needs the result of the one before it (`in_order`), what follows a picture
/// that has changed is done again, and `before` gets, for each job behind one that is done, that
/// one. With --resume, those that the manifest says another model or other options made are done
/// again, which another note counts.
std::vector<Job> select_jobs(const std::vector<Job>& jobs, const BatchOptions& options,
                             const MadeBy& made_by, Console& console, bool in_order = false,
                             JobsBefore* before = nullptr);

/// Null where none is wanted. Throws Error(input).
std::unique_ptr<Manifest> open_manifest(const BatchOptions& options, const MadeBy& made_by);

}  // namespace dpt::cli
