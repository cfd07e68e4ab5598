#include "base/machine/cpu.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <utility>

namespace dpt {

namespace {

/// Value of the first line "KEY : value" of /proc/cpuinfo, empty when there is none.
std::string cpuinfo_value(const std::string& key) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(key, 0) != 0) continue;
    const size_t colon = line.find(':');
    if (colon != std::string::npos && colon + 2 <= line.size()) return line.substr(colon + 2);
  }
  return {};
}

}  // namespace

std::string cpu_name() {
  const std::string name = cpuinfo_value("model name");
  return name.empty() ? "unknown processor" : name;
}

std::vector<std::string> cpu_features() {
  std::istringstream flags(cpuinfo_value("flags"));
  const std::set<std::string> present{std::istream_iterator<std::string>(flags), {}};
  constexpr std::pair<const char*, const char*> wanted[] = {{"avx2", "avx2"},
                                                            {"fma", "fma"},
                                                            {"f16c", "f16c"},
                                                            {"avx512bw", "avx512"},
                                                            {"avx512_vnni", "avx512_vnni"},
                                                            {"avx512_bf16", "avx512_bf16"},
                                                            {"amx_tile", "amx"}};
  std::vector<std::string> features;
  for (const auto& [flag, name] : wanted) {
    if (present.contains(flag)) features.emplace_back(name);
  }
  return features;
}

}  // namespace dpt
