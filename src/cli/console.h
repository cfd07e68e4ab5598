// Standard error: messages and, on a terminal, a progress bar.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace dpt::cli {

/// "dpt: TEXT" on standard error.
void print_error(std::string_view text);

/// Writes text to standard output at once. Throws Error(input) when that fails.
void print_out(std::string_view text);

/// Of the terminal that standard output is; 80 where it is none. COLUMNS goes before.
size_t output_columns();

/// What one command says while it works. A bar that is being shown is taken away before a message
/// and at the end.
class Console {
 public:
  explicit Console(bool quiet);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void error(std::string_view text);
  /// Not shown under --quiet.
  void note(std::string_view text);
  /// "[====>    ] 3/10  2.5/s  ETA 0:03  name"; nothing unless standard error is a terminal.
  void progress(size_t done, size_t total, std::string_view name);
  void end_progress();

 private:
  bool quiet_;
  bool bar_wanted_;
  bool bar_shown_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// The bar's text, at most `columns` wide; `seconds` since the first of `total` began.
std::string progress_line(size_t done, size_t total, double seconds, std::string_view name,
                          size_t columns);

}  // namespace dpt::cli
