// How many threads this process can keep busy.
#pragma once

#include <filesystem>
#include <vector>

namespace dpt {

/// Cores that this process may use: those of its affinity mask, but no more than the quotas of its
/// control groups pay for; at least 1. Hardware threads of one core count once: the products keep
/// its arithmetic units busy from one thread.
int usable_cores();

/// What usable_cores() is made of; `root` is another than "/" in tests.
namespace detail {

/// How many different cores these processors belong to; each is one of its own where the system
/// does not say.
int count_cores(const std::vector<int>& processors, const std::filesystem::path& root = "/");

/// The smallest quota, in processors, of this process's control groups (version 1 or 2) and of
/// those that they are in; infinity if there is none.
double processor_quota(const std::filesystem::path& root = "/");

}  // namespace detail

}  // namespace dpt
