#include "cli/file_argument.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "image/picture_name.h"

namespace dpt::cli {

namespace {

namespace fs = std::filesystem;

bool is_one_of(const std::string& extension, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), extension) != all.end();
}

/// Empty: no command takes it.
std::string_view command_for(const fs::path& path) {
  std::error_code ignored;
  const std::string extension = image::extension_of(path);
  if (fs::is_directory(path, ignored)) {
    return fs::exists(path / "config.json", ignored) ? "info" : "depth";
  }
  if (image::has_picture_name(path)) return "depth";
  if (is_one_of(extension, {"pt", "pth", "bin", "ckpt", "safetensors"})) return "info";
  if (is_one_of(extension, {"mp4", "m4v", "mov", "mkv", "webm", "avi", "mts", "m2ts", "ts", "mpg",
                            "mpeg", "wmv", "flv", "3gp", "ogv", "mxf", "dv", "y4m"})) {
    return "video";
  }
  return {};
}

/// As one types it in a shell.
std::string quoted(const std::string& word) {
  const bool is_plain = std::all_of(word.begin(), word.end(), [](unsigned char c) {
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') ||
           std::string_view("._-/+,:=@%").find(static_cast<char>(c)) != std::string_view::npos;
  });
  const std::string shown = printable(word, 1000);
  return is_plain ? shown : "'" + shown + "'";
}

}  // namespace

void refuse_file_as_command(const Parser& program, const std::vector<std::string>& arguments) {
  std::error_code ignored;
  if (arguments.empty() || arguments[0].starts_with('-') ||
      program.find_command(arguments[0]) != nullptr || !fs::exists(arguments[0], ignored)) {
    return;
  }
  const std::string_view command = command_for(arguments[0]);
  if (command.empty()) return;
  const char* segment = command == "depth" ? ", or dpt segment" : "";
  fail(ErrorKind::usage, "{0} is no command; did you mean dpt {1} {0}{2}{3}? (dpt --help)",
       quoted(arguments[0]), command, arguments.size() > 1 ? " ..." : "", segment);
}

}  // namespace dpt::cli
