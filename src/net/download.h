// Files by HTTP, whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace dpt::net {

struct Request {
  std::string url;
  std::string token;  ///< sent to the url's own host only, never to one that it redirects to
};

struct Answer {
  std::string body;
  std::map<std::string, std::string>
      headers;  ///< names in lower case; of all redirections, last wins
};

/// GET of a small text (at most 16 MiB). Throws Error(input) naming the url.
Answer get(const Request& request);
/// Only the headers.
Answer head(const Request& request);

struct Expectation {
  std::optional<int64_t> bytes;
  std::string sha256;         ///< 64 hex digits, or empty
  std::string sha256_prefix;  ///< the first digits, or empty
};

/// `done` of `total` bytes (0: unknown).
using Progress = std::function<void(int64_t done, int64_t total)>;

/// Downloads to `target`, which gets its name when size and hash are as expected. What has come is
/// kept in TARGET.part, from where the next call goes on; connections that break are tried again,
/// up to five times without a byte. One process at a time (TARGET.lock): others wait. A target that
/// is there already is left as it is. Throws Error(input) when it cannot be had
/// or written, Error(model) when size or hash are wrong (the part is then removed).
void download(const Request& request, const std::filesystem::path& target,
              const Expectation& expected, const Progress& progress);

}  // namespace dpt::net
