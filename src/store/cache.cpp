#include "store/cache.h"

#include <algorithm>

#include "base/error.h"
#include "base/file/file.h"
#include "weights/model_files.h"

namespace dpt::store {

namespace fs = std::filesystem;

namespace {

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

const fs::path& CacheFolders::need_checkpoints() const {
  if (checkpoints) return *checkpoints;
  fail(ErrorKind::usage, "{}", if_none);
}

const fs::path& CacheFolders::need_hub() const {
  if (hub) return *hub;
  fail(ErrorKind::usage, "{}", if_none);
}

std::optional<HfRepo> parse_hf(const std::string& text) {
  if (!text.starts_with("hf:")) return std::nullopt;
  const size_t at = text.find('@');
  HfRepo repo;
  repo.name = text.substr(3, at == std::string::npos ? at : at - 3);
  if (at != std::string::npos) repo.revision = text.substr(at + 1);
  if (!is_plain(repo.name, 1) || !is_plain(repo.revision_or_main(), 0)) {
    fail(ErrorKind::usage, "{}: expected hf:owner/name or hf:owner/name@revision", printable(text));
  }
  return repo;
}

fs::path folder_of(const CacheFolders& cache, const HfRepo& repo) {
  std::string name = "models--" + repo.name;
  name.replace(name.find('/'), 1, "--");
  return cache.need_hub() / name;
}

std::optional<fs::path> find_pulled(const CacheFolders& cache, const std::string& file) {
  if (!cache.checkpoints) return std::nullopt;
  std::error_code ignored;
  fs::path path = *cache.checkpoints / file;
  if (!fs::exists(path, ignored)) return std::nullopt;
  return path;
}

std::optional<std::string> commit_of(const fs::path& repo_folder, const std::string& revision) {
  std::error_code ignored;
  std::string commit = revision;
  const fs::path ref = repo_folder / "refs" / revision;
  if (fs::is_regular_file(ref, ignored)) {
    const auto bytes = read_file(ref, 100, ErrorKind::model);
    commit.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    commit.erase(std::find_if(commit.begin(), commit.end(), [](char c) { return c <= ' '; }),
                 commit.end());
  }
  if (!is_plain(commit, 0)) return std::nullopt;
  return commit;
}

std::optional<fs::path> find_snapshot(const CacheFolders& cache, const HfRepo& repo) {
  if (!cache.hub) return std::nullopt;
  const fs::path folder = folder_of(cache, repo);
  const auto commit = commit_of(folder, repo.revision_or_main());
  if (!commit) return std::nullopt;
  std::error_code ignored;
  fs::path snapshot = folder / "snapshots" / *commit;
  if (!fs::exists(snapshot / weights::config_name, ignored)) return std::nullopt;
  return snapshot;
}

}  // namespace dpt::store
