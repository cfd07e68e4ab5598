#include "net/download.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <thread>

#include "base/error.h"
#include "base/file/sha256.h"

namespace dpt::net {

namespace fs = std::filesystem;

namespace {

constexpr long connect_seconds = 30;
constexpr long stalled_seconds = 60;  // below one byte a second for so long: broken
constexpr long most_redirections = 10;
constexpr size_t largest_text = size_t{16} << 20;
constexpr int most_tries = 5;
constexpr long http_partial = 206;
constexpr long http_range_wrong = 416;

struct FreeCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
using Curl = std::unique_ptr<CURL, FreeCurl>;

std::string shown(const std::string& text) { return printable(text, 1000); }

[[noreturn]] void fail_with_errno(const fs::path& path, const char* action) {
  const int code = errno;
  fail(ErrorKind::input, "{}: cannot {}: {}", shown(path.string()), action, std::strerror(code));
}

/// What went wrong, in words that do not change with libcurl's version where it happens often.
const char* reason_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "cannot find the server: no such name, or no network";
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "cannot find the proxy: no such name, or no network";
    case CURLE_COULDNT_CONNECT:
      return "cannot connect to the server";
    case CURLE_OPERATION_TIMEDOUT:
      return "the server does not answer in time";
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
      return "the connection broke";
    default:
      return curl_easy_strerror(code);
  }
}

class File {
 public:
  File(const fs::path& path, int flags) : path_(path), file_(::open(path.c_str(), flags, 0666)) {
    if (file_ < 0) fail_with_errno(path, "open");
  }
  ~File() { ::close(file_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return file_; }

 private:
  fs::path path_;
  int file_;
};

size_t take_header(char* data, size_t size, size_t count, void* to) {
  const std::string_view line(data, size * count);
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size * count;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::string value(line.substr(colon + 1));
  value.erase(0, value.find_first_not_of(" \t"));
  value.erase(value.find_last_not_of(" \t\r\n") + 1);
  (*static_cast<std::map<std::string, std::string>*>(to))[name] = value;
  return size * count;
}

size_t take_text(char* data, size_t size, size_t count, void* to) {
  auto& text = *static_cast<std::string*>(to);
  if (text.size() + size * count > largest_text) return 0;
  text.append(data, size * count);
  return size * count;
}

Curl make_curl(const Request& request, std::map<std::string, std::string>& headers) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  Curl curl(ready == CURLE_OK ? curl_easy_init() : nullptr);
  if (curl == nullptr) fail(ErrorKind::resource, "not enough memory for the network");
  curl_easy_setopt(curl.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_MAXREDIRS, most_redirections);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, connect_seconds);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, stalled_seconds);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, "dpt");
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &headers);
  if (!request.token.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(curl.get(), CURLOPT_XOAUTH2_BEARER, request.token.c_str());
  }
  return curl;
}

long status_of(const Curl& curl) {
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

[[noreturn]] void fail_with_status(const Request& request, long status) {
  const char* hint = status == 401 || status == 403 ? " (HF_TOKEN may open it)"
                     : status == 404                ? " (no such file or repository)"
                                                    : "";
  fail(ErrorKind::input, "{}: the server answers {}{}", shown(request.url), status, hint);
}

Answer ask(const Request& request, bool headers_only) {
  Answer answer;
  const Curl curl = make_curl(request, answer.headers);
  if (headers_only) curl_easy_setopt(curl.get(), CURLOPT_NOBODY, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take_text);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) {
    fail(ErrorKind::input, "{}: {}", shown(request.url), reason_of(code));
  }
  if (status_of(curl) >= 400) fail_with_status(request, status_of(curl));
  return answer;
}

/// One attempt to get what is missing of a part.
class Transfer {
 public:
  Transfer(const Request& request, const fs::path& part, const Progress& progress)
      : request_(request), part_(part), progress_(progress) {}

  /// True when the server has said that this is all.
  bool run() {
    const File file(part_, O_WRONLY | O_CREAT | O_CLOEXEC);
    file_ = file.get();
    begin_ = static_cast<int64_t>(::lseek(file_, 0, SEEK_END));
    std::map<std::string, std::string> headers;
    const Curl curl = make_curl(request_, headers);
    curl_ = curl.get();
    // Not RESUME_FROM, which takes a server without ranges for an error.
    const std::string range = fmt::format("{}-", begin_);
    if (begin_ > 0) curl_easy_setopt(curl_, CURLOPT_RANGE, range.c_str());
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &Transfer::write);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(curl_, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl_, CURLOPT_XFERINFOFUNCTION, &Transfer::report);
    curl_easy_setopt(curl_, CURLOPT_XFERINFODATA, this);
    const CURLcode code = curl_easy_perform(curl_);
    if (write_error_ != 0) {
      errno = write_error_;
      fail_with_errno(part_, "write");
    }
    const long status = status_of(curl);
    if (status == http_range_wrong) return true;  // nothing is missing, or the hash will tell
    if (status >= 400) fail_with_status(request_, status);
    reason_ = reason_of(code);
    return code == CURLE_OK;
  }

  /// Of the part, as far as this attempt knows.
  int64_t size() const { return begin_ + received_; }
  const std::string& reason() const { return reason_; }

 private:
  static size_t write(char* data, size_t size, size_t count, void* self) {
    return static_cast<Transfer*>(self)->take(data, size * count);
  }

  size_t take(const char* data, size_t size) {
    long status = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 400) return size;  // the text of an error
    if (received_ == 0 && begin_ > 0 && status != http_partial) {
      // The server sends everything again.
      if (::ftruncate(file_, 0) != 0 || ::lseek(file_, 0, SEEK_SET) != 0) return refuse();
      begin_ = 0;
    }
    for (size_t written = 0; written < size;) {
      const ssize_t now = ::write(file_, data + written, size - written);
      if (now < 0 && errno == EINTR) continue;
      if (now < 0) return refuse();
      written += static_cast<size_t>(now);
    }
    received_ += static_cast<int64_t>(size);
    return size;
  }

  size_t refuse() {
    write_error_ = errno;
    return 0;
  }

  static int report(void* self, curl_off_t total, curl_off_t, curl_off_t, curl_off_t) {
    auto& transfer = *static_cast<Transfer*>(self);
    const int64_t all = total > 0 ? transfer.begin_ + total : 0;
    transfer.progress_(transfer.begin_ + transfer.received_, all);
    return 0;
  }

  const Request& request_;
  const fs::path& part_;
  const Progress& progress_;
  CURL* curl_ = nullptr;
  int file_ = -1;
  int64_t begin_ = 0;
  int64_t received_ = 0;
  int write_error_ = 0;
  std::string reason_;
};

/// Until all has come, or nothing comes any more.
void fetch(const Request& request, const fs::path& part, const Progress& progress) {
  int64_t most = 0;
  for (int tries = 1;; ++tries) {
    Transfer transfer(request, part, progress);
    if (transfer.run()) return;
    if (transfer.size() > most) tries = 0;
    most = std::max(most, transfer.size());
    if (tries >= most_tries) {
      fail(ErrorKind::input, "{}: {} (what has come is kept; the next try goes on)",
           shown(request.url), transfer.reason());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100) * (1 << tries));
  }
}

void check(const Request& request, const fs::path& part, const Expectation& expected) {
  const std::string sha256 = sha256_of_file(part);
  std::error_code error;
  const auto bytes = static_cast<int64_t>(fs::file_size(part, error));
  std::string problem;
  if (expected.bytes && bytes != *expected.bytes) {
    problem = fmt::format("has {} bytes, expected {}", bytes, *expected.bytes);
  } else if (!expected.sha256.empty() && sha256 != expected.sha256) {
    problem = fmt::format("has the SHA-256 {}, expected {}", sha256, expected.sha256);
  } else if (!sha256.starts_with(expected.sha256_prefix)) {
    problem = fmt::format("has the SHA-256 {}, expected {}...", sha256, expected.sha256_prefix);
  }
  if (problem.empty()) return;
  fs::remove(part, error);
  fail(ErrorKind::model, "{}: {}; it was removed", shown(request.url), problem);
}

}  // namespace

Answer get(const Request& request) { return ask(request, false); }
Answer head(const Request& request) { return ask(request, true); }

void download(const Request& request, const fs::path& target, const Expectation& expected,
              const Progress& progress) {
  std::error_code error;
  if (target.has_parent_path()) fs::create_directories(target.parent_path(), error);
  const File lock(target.string() + ".lock", O_RDWR | O_CREAT | O_CLOEXEC);
  while (::flock(lock.get(), LOCK_EX) != 0) {
    if (errno != EINTR) fail_with_errno(target, "lock");
  }
  if (!fs::exists(target, error)) {
    const fs::path part = target.string() + ".part";
    fetch(request, part, progress);
    check(request, part, expected);
    const File whole(part, O_RDONLY | O_CLOEXEC);
    if (::fsync(whole.get()) != 0) fail_with_errno(part, "write");
    if (::rename(part.c_str(), target.c_str()) != 0) fail_with_errno(target, "create");
  }
  fs::remove(target.string() + ".lock", error);
}

}  // namespace dpt::net
