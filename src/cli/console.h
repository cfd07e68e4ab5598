// Standard error: messages and, on a terminal, a progress bar.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"

namespace dpt::cli {

/// "dpt: TEXT" on standard error.
void print_error(std::string_view text);

/// Writes text to standard output at once. Throws Error(input) when that fails.
void print_out(std::string_view text);

/// The value's text and a line end on standard output. Throws as print_out().
void print_json(const Json& value, bool indented = false);

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
  /// "QUESTION [y/N] " to a person on a terminal; anything but a yes is a no.
  bool ask(std::string_view question);
  /// What was done, for a person who watches: only where standard error is a terminal, and not
  /// under --quiet.
  void summary(std::string_view text);
  bool is_watched() const { return watched_; }
  /// Since this command began, as "2:56".
  std::string elapsed() const;
  /// "[====>    ] 3/10  2.5/s  ETA 0:03  name"; nothing unless standard error is a terminal.
  void progress(size_t done, size_t total, std::string_view name);
  void end_progress();

 private:
  bool quiet_;
  bool watched_;
  bool bar_wanted_;
  bool bar_shown_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// "wrote a.png, b.png": those of `files` that are no streams; empty where there are none.
std::string wrote_text(std::span<const std::filesystem::path> files);

/// Seconds, rounded up, as "2:56" or "1:02:56".
std::string clock_text(double seconds);

/// The bar's text, at most `columns` wide; `seconds` since the first of `total` began.
std::string progress_line(size_t done, size_t total, double seconds, std::string_view name,
                          size_t columns);

}  // namespace dpt::cli
