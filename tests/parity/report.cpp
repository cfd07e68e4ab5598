#include "parity/report.h"

#include <fmt/core.h>

#include <cstdio>

namespace dpt::parity {

void Report::add(const Line& line) {
  if (passed_ + failed_ == 0) {
    fmt::print("{:<40} {:<30} {:>10} {:>9} {:>10}\n", "case", "check", "largest", "limit",
               "labels");
  }
  const std::string labels =
      line.labels_equal < 0 ? "" : fmt::format("{:.4f} %", 100 * line.labels_equal);
  fmt::print("{:<40} {:<30} {:>10.2e} {:>9.0e} {:>10}{}\n", line.name, line.check, line.difference,
             line.limit, labels, line.passed() ? "" : "  FAILED");
  std::fflush(stdout);
  ++(line.passed() ? passed_ : failed_);
}

bool Report::finish() const {
  fmt::print("{} passed, {} failed\n", passed_, failed_);
  return failed_ == 0 && passed_ > 0;
}

}  // namespace dpt::parity
