#include "batch/manifest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <fstream>
#include <utility>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/folders.h"
#include "base/file/paths.h"
#include "base/file/sha256.h"
#include "base/json.h"

namespace dpt::batch {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail_with_errno(const fs::path& path, const char* action) {
  const int code = errno;
  fail(ErrorKind::input, "{}: cannot {}: {}", shown(path), action, std::strerror(code));
}

void write_line(int file, const std::string& line, const fs::path& path) {
  ssize_t written = 0;
  do {
    written = ::write(file, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0) fail_with_errno(path, "write");
  if (static_cast<size_t>(written) != line.size()) {
    fail(ErrorKind::input, "{}: cannot write: no space for the whole line", shown(path));
  }
}

/// Whether a killed run left a line without its end.
bool is_cut(int file) {
  struct stat status {};
  if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) return false;
  char last = '\n';
  return ::pread(file, &last, 1, status.st_size - 1) == 1 && last != '\n';
}

std::string time_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[32];
  const size_t length = std::strftime(text, sizeof text, "%FT%TZ", &utc);
  return {text, length};
}

Json hash_of(const fs::path& input) {
  if (is_standard_input(input)) return nullptr;  // it is read already
  try {
    return sha256_of_file(input);
  } catch (const Error&) {
    return nullptr;
  }
}

}  // namespace

std::set<fs::path> made_by_others(const fs::path& manifest, const MadeBy& now) {
  std::set<fs::path> others;
  std::error_code ignored;
  if (!fs::is_regular_file(manifest, ignored)) return others;
  std::ifstream file(manifest);
  for (std::string line; std::getline(file, line);) {
    try {
      const Json record = Json::parse(line);
      const Json::List& outputs = record.at("outputs").items();
      if (record.contains("error") || outputs.empty()) continue;
      const fs::path output = outputs.front().text();
      const MadeBy then = {record.at("model").text(), record.at("model_sha256").text(),
                           record.at("options").text()};
      if (then == now) {
        others.erase(output);
      } else {
        others.insert(output);
      }
    } catch (const Json::Exception&) {
      continue;
    }
  }
  return others;
}

Manifest::Manifest(fs::path path, MadeBy made_by)
    : path_(std::move(path)), made_by_(std::move(made_by)) {
  make_folders_for(path_);
  file_ = ::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (file_ < 0) fail_with_errno(path_, "open");
  if (is_cut(file_)) write_line(file_, "\n", path_);
}

Manifest::~Manifest() { ::close(file_); }

void Manifest::add(const Entry& entry) {
  Json record = {{"input", entry.input.string()}};
  record["outputs"] = Json::list();
  for (const fs::path& output : entry.outputs) record["outputs"].push_back(output.string());
  record["sha256"] = hash_of(entry.input);
  record["time"] = time_now();
  record["seconds"] = entry.seconds;
  record["model"] = made_by_.model;
  record["model_sha256"] = made_by_.model_sha256;
  record["options"] = made_by_.options;
  if (!entry.error.empty()) record["error"] = entry.error;
  write_line(file_, record.dump() + "\n", path_);
}

}  // namespace dpt::batch
