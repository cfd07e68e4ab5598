#include "cli/model_store.h"

#include <algorithm>

#include "base/error.h"
#include "base/file/file.h"
#include "base/settings.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

bool has_cache_home() { return settings().cache_home || settings().home; }

fs::path cache_home() {
  if (settings().cache_home) return *settings().cache_home;
  if (settings().home) return fs::path(*settings().home) / ".cache";
  fail(ErrorKind::usage, "HOME is not set: there is no place for downloaded models");
}

/// Letters, digits, '-', '_' and '.', not beginning with '.'; `slashes` of them in between.
bool is_plain(const std::string& text, int slashes) {
  if (text.empty() || std::count(text.begin(), text.end(), '/') != slashes) return false;
  char before = '/';
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && c != '-' && c != '_' && c != '.' && c != '/') return false;
    if (before == '/' && (c == '.' || c == '/')) return false;
    before = c;
  }
  return before != '/';
}

}  // namespace

fs::path store_folder() { return cache_home() / "dpt" / "models"; }

fs::path hf_cache() {
  if (settings().hf_hub_cache) return *settings().hf_hub_cache;
  if (settings().hf_home) return fs::path(*settings().hf_home) / "hub";
  return cache_home() / "huggingface" / "hub";
}

std::optional<HfRepo> parse_hf(const std::string& text) {
  if (!text.starts_with("hf:")) return std::nullopt;
  const size_t at = text.find('@');
  HfRepo repo;
  repo.name = text.substr(3, at == std::string::npos ? at : at - 3);
  if (at != std::string::npos) repo.revision = text.substr(at + 1);
  if (!is_plain(repo.name, 1) || !is_plain(repo.revision, 0)) {
    fail(ErrorKind::usage, "{}: expected hf:owner/name or hf:owner/name@revision", printable(text));
  }
  return repo;
}

fs::path folder_of(const HfRepo& repo) {
  std::string name = "models--" + repo.name;
  name.replace(name.find('/'), 1, "--");
  return hf_cache() / name;
}

std::optional<fs::path> find_pulled(const std::string& file) {
  if (!has_cache_home()) return std::nullopt;
  std::error_code ignored;
  const fs::path path = store_folder() / file;
  if (!fs::exists(path, ignored)) return std::nullopt;
  return path;
}

std::optional<fs::path> find_snapshot(const HfRepo& repo) {
  if (!settings().hf_hub_cache && !settings().hf_home && !has_cache_home()) return std::nullopt;
  std::error_code ignored;
  const fs::path folder = folder_of(repo);
  std::string commit = repo.revision;
  if (fs::is_regular_file(folder / "refs" / repo.revision, ignored)) {
    const auto bytes = read_file(folder / "refs" / repo.revision, 100, ErrorKind::model);
    commit.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    commit.erase(std::find_if(commit.begin(), commit.end(), [](char c) { return c <= ' '; }),
                 commit.end());
  }
  if (!is_plain(commit, 0)) return std::nullopt;
  const fs::path snapshot = folder / "snapshots" / commit;
  if (!fs::exists(snapshot / "config.json", ignored)) return std::nullopt;
  return snapshot;
}

}  // namespace dpt::cli
