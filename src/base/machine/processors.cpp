#include "base/machine/processors.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <utility>

namespace dpt {

namespace fs = std::filesystem;

namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

/// The words of a small file of the system; none if it cannot be read.
std::vector<std::string> words_of(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> words;
  for (std::string word; file >> word;) words.push_back(word);
  return words;
}

/// Quota over period, both in microseconds. "max" and -1 mean that there is none.
double quota_of(const std::string& quota, const std::string& period) {
  const double share = std::strtod(quota.c_str(), nullptr) / std::strtod(period.c_str(), nullptr);
  return std::isfinite(share) && share > 0 ? share : unlimited;
}

double quota_of(const fs::path& group) {
  if (const auto v2 = words_of(group / "cpu.max"); v2.size() == 2) return quota_of(v2[0], v2[1]);
  const auto quota = words_of(group / "cpu.cfs_quota_us");
  const auto period = words_of(group / "cpu.cfs_period_us");
  return quota.size() == 1 && period.size() == 1 ? quota_of(quota[0], period[0]) : unlimited;
}

/// Whether "cpu" is among the words that commas separate.
bool names_cpu(const std::string& list) {
  return ("," + list + ",").find(",cpu,") != std::string::npos;
}

/// A hierarchy of control groups that limits processors: the group `top` of it is seen at `point`.
struct Hierarchy {
  std::string top, point;
  bool v2 = false;
};

/// cgroups(7), proc(5): "ID PARENT DEVICE TOP POINT OPTIONS [TAGS...] - TYPE SOURCE SUPER-OPTIONS".
std::vector<Hierarchy> hierarchies(const fs::path& root) {
  std::ifstream mounts(root / "proc/self/mountinfo");
  std::vector<Hierarchy> found;
  for (std::string line; std::getline(mounts, line);) {
    const size_t separator = line.find(" - ");
    if (separator == std::string::npos) continue;
    std::istringstream place(line.substr(0, separator));
    std::istringstream kind(line.substr(separator + 3));
    std::string id, parent, device, top, point, type, source, options;
    place >> id >> parent >> device >> top >> point;
    kind >> type >> source >> options;
    const bool v2 = type == "cgroup2";
    if (v2 || (type == "cgroup" && names_cpu(options))) found.push_back({top, point, v2});
  }
  return found;
}

/// The group of this process in the hierarchy: lines "ID:CONTROLLERS:GROUP", no controllers for
/// version 2.
std::optional<std::string> own_group(const fs::path& root, bool v2) {
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (v2 ? controllers.empty() : names_cpu(controllers)) return line.substr(second + 1);
  }
  return std::nullopt;
}

/// `group` as seen from `top`, in a container whose own group is mounted; empty if it is not below.
fs::path below(const std::string& group, const std::string& top) {
  const fs::path path = fs::path(group).lexically_relative(top);
  return path.empty() || *path.begin() == ".." || path == "." ? fs::path() : path;
}

std::vector<int> allowed_processors() {
  cpu_set_t mask;
  std::vector<int> processors;
  if (sched_getaffinity(0, sizeof(mask), &mask) == 0) {
    for (int i = 0; i < CPU_SETSIZE; ++i) {
      if (CPU_ISSET(i, &mask)) processors.push_back(i);
    }
  } else {  // more than a mask of fixed size can name
    for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) {
      processors.push_back(static_cast<int>(i));
    }
  }
  return processors;
}

}  // namespace

namespace detail {

int count_cores(const std::vector<int>& processors, const fs::path& root) {
  std::set<std::string> cores;
  for (const int processor : processors) {
    const std::string name = "cpu" + std::to_string(processor);
    const auto siblings =
        words_of(root / "sys/devices/system/cpu" / name / "topology/thread_siblings_list");
    cores.insert(siblings.empty() ? name : siblings[0]);
  }
  return static_cast<int>(cores.size());
}

double processor_quota(const fs::path& root) {
  double quota = unlimited;
  for (const Hierarchy& hierarchy : hierarchies(root)) {
    const auto group = own_group(root, hierarchy.v2);
    if (!group) continue;
    fs::path place = root / fs::path(hierarchy.point).relative_path();
    quota = std::min(quota, quota_of(place));
    for (const fs::path& name : below(*group, hierarchy.top)) {
      place /= name;
      quota = std::min(quota, quota_of(place));
    }
  }
  return quota;
}

}  // namespace detail

int usable_cores() {
  const double cores = detail::count_cores(allowed_processors());
  return static_cast<int>(std::max(1.0, std::min(cores, std::ceil(detail::processor_quota()))));
}

}  // namespace dpt
