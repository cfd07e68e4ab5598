#include "store/remove.h"

#include <algorithm>
#include <map>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/file/file.h"
#include "weights/model_files.h"

namespace dpt::store {

namespace fs = std::filesystem;

namespace {

/// Paths below a folder, folders themselves left out; none where there is no such folder.
std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_symlink(error) || !at->is_directory(error)) files.push_back(at->path());
  }
  return files;
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    entries.push_back(at->path());
  }
  return entries;
}

/// models--owner--name of Hugging Face's cache.
class RepoFolder {
 public:
  explicit RepoFolder(fs::path folder) : folder_(std::move(folder)) {}

  const fs::path& path() const { return folder_; }
  fs::path ref(const std::string& revision) const { return folder_ / "refs" / revision; }
  fs::path snapshot(const std::string& commit) const { return folder_ / "snapshots" / commit; }
  bool has(const fs::path& path) const {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
  }

  /// Branches and tags beside `revision` that mean this commit.
  bool has_other_name(const std::string& commit, const std::string& revision) const {
    const std::vector<fs::path> refs = files_below(folder_ / "refs");
    return std::any_of(refs.begin(), refs.end(), [&](const fs::path& path) {
      const std::string name = path.lexically_relative(folder_ / "refs").string();
      return name != revision && commit_of(folder_, name) == commit;
    });
  }

  /// The model's files of a snapshot, and the snapshot itself unless it holds other files.
  void remove_snapshot(const std::string& commit) {
    const fs::path place = snapshot(commit);
    std::vector<fs::path> blobs;
    for (const fs::path& link : weights::reserved_files(place)) {
      if (const auto blob = blob_of(link)) {
        if (remove(link)) blobs.push_back(*blob);
      }
    }
    for (const fs::path& blob : blobs) {
      if (!is_linked(blob)) remove(blob);
    }
    remove_if_empty(place);
    if (!has(place)) remove_names_of(commit);
  }

  /// What interrupted downloads left.
  void remove_parts() {
    for (const fs::path& file : entries_of(folder_ / "blobs")) {
      if (file.extension() == ".part" || file.extension() == ".lock") remove(file);
    }
  }

  void remove_empty_folders() {
    for (const char* name : {"snapshots", "refs", "blobs"}) remove_if_empty(folder_ / name);
    remove_if_empty(folder_);
  }

  bool remove(const fs::path& path) {
    std::error_code error;
    const bool removed = fs::remove(path, error);
    if (error && !error_) error_ = error;
    removed_ += removed ? 1 : 0;
    return removed;
  }

  size_t removed() const { return removed_; }
  const std::error_code& error() const { return error_; }

 private:
  /// What a link of a snapshot stands for, if it is one as pulling makes them.
  std::optional<fs::path> blob_of(const fs::path& link) const {
    std::error_code error;
    const fs::path target = fs::read_symlink(link, error);
    if (error) return std::nullopt;
    fs::path blob = (link.parent_path() / target).lexically_normal();
    if (blob.parent_path() != (folder_ / "blobs").lexically_normal()) return std::nullopt;
    return blob;
  }

  bool is_linked(const fs::path& blob) const {
    const std::vector<fs::path> files = files_below(folder_ / "snapshots");
    return std::any_of(files.begin(), files.end(),
                       [&](const fs::path& file) { return blob_of(file) == blob; });
  }

  void remove_names_of(const std::string& commit) {
    for (const fs::path& path : files_below(folder_ / "refs")) {
      const std::string name = path.lexically_relative(folder_ / "refs").string();
      if (commit_of(folder_, name) == commit) remove(path);
    }
  }

  void remove_if_empty(const fs::path& folder) {
    std::error_code ignored;
    if (fs::is_directory(folder, ignored)) fs::remove(folder, ignored);
  }

  fs::path folder_;
  size_t removed_ = 0;
  std::error_code error_;  // the first one
};

[[noreturn]] void fail_to_remove(const std::string& name, const fs::path& place,
                                 const std::error_code& error) {
  fail(ErrorKind::model, "{}: was not downloaded to {}{}{}", printable(name), shown(place),
       error ? ": " : "", error ? error.message() : "");
}

Removed remove_revision(const std::string& name, RepoFolder& repo, const std::string& revision) {
  const fs::path ref = repo.ref(revision);
  const auto commit = commit_of(repo.path(), revision);
  if (!commit) fail_to_remove(name, repo.path(), {});
  const fs::path place = repo.snapshot(*commit);
  if (repo.has(ref) && repo.has_other_name(*commit, revision)) {
    if (!repo.remove(ref)) fail_to_remove(name, ref, repo.error());
    return {ref, false};
  }
  repo.remove_snapshot(*commit);
  if (repo.removed() == 0 || repo.error()) fail_to_remove(name, place, repo.error());
  const bool others_stay = repo.has(place);
  repo.remove_empty_folders();
  return {place, others_stay};
}

Removed remove_repo(const std::string& name, const CacheFolders& cache, const HfRepo& wanted) {
  RepoFolder repo(folder_of(cache, wanted));
  if (wanted.revision) return remove_revision(name, repo, *wanted.revision);
  for (const fs::path& place : entries_of(repo.path() / "snapshots")) {
    repo.remove_snapshot(place.filename().string());
  }
  repo.remove_parts();
  if (repo.removed() == 0 || repo.error()) fail_to_remove(name, repo.path(), repo.error());
  repo.remove_empty_folders();
  return {repo.path(), repo.has(repo.path())};
}

}  // namespace

Removed remove_model(const std::string& name, const CacheFolders& cache,
                     const std::function<Registry()>& registry) {
  if (const auto repo = parse_hf(name)) return remove_repo(name, cache, *repo);
  const KnownModel model = registry().get(name);
  if (model.file.empty() && !model.repo.empty()) return remove_repo(name, cache, {model.repo});
  const fs::path file = model.file.empty() ? fs::path() : cache.need_checkpoints() / model.file;
  std::error_code error;
  if (file.empty() || !fs::remove(file, error)) fail_to_remove(name, file, error);
  return {file, false};
}

}  // namespace dpt::store
