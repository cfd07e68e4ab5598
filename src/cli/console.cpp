#include "cli/console.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/paths.h"
#include "base/settings.h"

namespace dpt::cli {

namespace {

constexpr size_t bar_columns = 24;
constexpr std::string_view clear_line = "\r\x1b[K";

size_t terminal_columns(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

void print_error(std::string_view text) {
  // One call, so that lines of several processes do not mix.
  const std::string line = fmt::format("dpt: {}\n", text);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void print_out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) {
    return;
  }
  const int code = errno;
  fail(ErrorKind::input, "standard output: cannot write: {}", std::strerror(code));
}

void print_json(const Json& value, bool indented) { print_out(value.dump(indented) + "\n"); }

size_t output_columns() {
  constexpr size_t least = 40;  // narrower ones break lines anyway
  return std::max(settings().columns.value_or(terminal_columns(STDOUT_FILENO)), least);
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(std::ceil(std::min(seconds, 359999.0)));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string wrote_text(std::span<const std::filesystem::path> files) {
  std::string text;
  for (const std::filesystem::path& file : files) {
    if (file.empty() || is_stream(file)) continue;
    text += text.empty() ? "wrote " : ", ";
    text += shown(file);
  }
  return text;
}

std::string progress_line(size_t done, size_t total, double seconds, std::string_view name,
                          size_t columns) {
  const size_t filled = total == 0 ? 0 : bar_columns * done / total;
  std::string line = fmt::format("[{}{}] {}/{}", std::string(filled, '='),
                                 std::string(bar_columns - filled, ' '), done, total);
  if (done > 0 && seconds > 0) {
    const double rate = static_cast<double>(done) / seconds;
    line +=
        rate >= 0.1 ? fmt::format("  {:.1f}/s", rate) : fmt::format("  {:.0f} s each", 1 / rate);
    line += fmt::format("  ETA {}", clock_text(static_cast<double>(total - done) / rate));
  }
  if (!name.empty()) line += fmt::format("  {}", printable(name));
  if (line.size() >= columns) line.resize(columns > 0 ? columns - 1 : 0);
  return line;
}

Console::Console(bool quiet)
    : quiet_(quiet),
      watched_(!quiet && ::isatty(STDERR_FILENO) == 1),
      bar_wanted_(watched_ && !settings().plain_terminal) {}

Console::~Console() { end_progress(); }

void Console::error(std::string_view text) {
  end_progress();
  print_error(text);
}

void Console::note(std::string_view text) {
  if (!quiet_) error(text);
}

bool Console::ask(std::string_view question) {
  end_progress();
  fmt::print(stderr, "{} [y/N] ", question);
  std::fflush(stderr);
  std::string answer;
  for (int c = std::fgetc(stdin); c != EOF && c != '\n'; c = std::fgetc(stdin)) {
    if (answer.size() < 4) answer += static_cast<char>(c);
  }
  return answer == "y" || answer == "Y" || answer == "yes";
}

void Console::summary(std::string_view text) {
  if (!watched_ || text.empty()) return;
  end_progress();
  const std::string line = fmt::format("{}\n", text);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

std::string Console::elapsed() const {
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
  return clock_text(seconds.count());
}

void Console::progress(size_t done, size_t total, std::string_view name) {
  if (!bar_wanted_) return;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  const std::string line =
      progress_line(done, total, elapsed.count(), name, terminal_columns(STDERR_FILENO));
  fmt::print(stderr, "{}{}", clear_line, line);
  std::fflush(stderr);
  bar_shown_ = true;
}

void Console::end_progress() {
  if (!bar_shown_) return;
  fmt::print(stderr, "{}", clear_line);
  std::fflush(stderr);
  bar_shown_ = false;
}

}  // namespace dpt::cli
