// Earlier results under the names that this run's will have.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

#include "base/enum_names.h"
#include "batch/job.h"

namespace dpt::batch {

/// What is done about results that are there already.
enum class Overwrite : uint8_t {
  ask,  ///< a person says it, once for all
  yes,  ///< they are replaced
  no,   ///< they stay, and what they are of is left out
};

/// The jobs that would replace something.
struct Existing {
  size_t jobs = 0;
  std::filesystem::path first;  ///< a result of the first one
};

/// Counts regular files only: streams and devices are not replaced.
Existing find_existing(std::span<const Job> jobs);

/// Leaves out the jobs of which a result is there already and may not be replaced. `may_replace`
/// answers for Overwrite::ask, and is asked only where there is something. Gives what was left out.
Existing leave_out_existing(std::vector<Job>& jobs, Overwrite rule,
                            const std::function<bool(const Existing&)>& may_replace);

}  // namespace dpt::batch

namespace dpt {

template <>
struct EnumNames<batch::Overwrite> {
  static constexpr EnumTable<batch::Overwrite, 3> table = {{{batch::Overwrite::ask, "ask"},
                                                            {batch::Overwrite::yes, "yes"},
                                                            {batch::Overwrite::no, "no"}}};
};

}  // namespace dpt
