// Which of the planned jobs a run does.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <vector>

#include "batch/job.h"
#include "batch/shard.h"

namespace dpt::batch {

/// By a job's input: the job before it, which an earlier run did.
using JobsBefore = std::map<std::filesystem::path, Job>;

/// Which results of an earlier run count as done.
enum class Keep {
  nothing,
  as_new,   ///< those that are not older than their source
  present,  ///< whatever their age
};

struct SelectionRule {
  Shard shard;
  Keep keep = Keep::nothing;
  /// Primary results that are done again with Keep::as_new (made_by_others()).
  std::set<std::filesystem::path> made_by_others;
  /// Each picture needs the result of the one before it: what follows one that has changed is done
  /// again.
  bool in_order = false;
};

struct Selection {
  std::vector<Job> jobs;
  size_t done = 0;    ///< left out: their results are there
  size_t again = 0;   ///< of `jobs`: others made the results that are there
  JobsBefore before;  ///< for each job behind one that is done, that one
};

/// This process's share of the jobs, without those that are done. Results that go to standard
/// output or a device are never done.
Selection select_jobs(const std::vector<Job>& jobs, const SelectionRule& rule);

}  // namespace dpt::batch
