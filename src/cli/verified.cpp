#include "cli/verified.h"

#include <fmt/format.h>

#include "base/file/file.h"

namespace dpt::cli {

namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

}  // namespace

Json verified_record(const store::VerifiedFile& file) {
  return {{"file", file.path.string()},
          {"sha256", file.sha256},
          {"expected", text_or_null(file.expected)},
          {"match", file.match ? Json(*file.match) : Json()},
          {"same_as", text_or_null(file.same_as)}};
}

std::string verified_text(const Json& file) {
  const std::string name = shown(file.at("file").text());
  const std::string& hash = file.at("sha256").text();
  std::string text;
  if (file.at("match").is_null()) {
    text = fmt::format("{}: nothing to compare with; its SHA-256 is {}", name, hash);
  } else if (file.at("match").boolean()) {
    text = fmt::format("{}: as published (SHA-256 {})", name, hash);
  } else {
    text = fmt::format("{}: not as published: its SHA-256 is {}, expected {}; download it again",
                       name, hash, file.at("expected").text());
  }
  if (!file.at("same_as").is_null()) {
    text += fmt::format("; this is {}", file.at("same_as").text());
  }
  return text;
}

}  // namespace dpt::cli
