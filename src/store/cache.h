// Where fetched models lie: checkpoints of the registry, and repositories in Hugging Face's cache.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace dpt::store {

/// The folders that pulling fills; a caller that has none of a kind finds nothing there.
struct CacheFolders {
  std::optional<std::filesystem::path> checkpoints;  ///< files of the registry, by their names
  /// Hugging Face's own cache, which its Python library shares: models--OWNER--NAME with blobs/,
  /// refs/REVISION (a text: the commit) and snapshots/COMMIT/FILE (links to blobs).
  std::optional<std::filesystem::path> hub;
  /// What the error says where a folder is needed that is not given.
  std::string if_none = "no folder for downloaded models is given";

  /// Throw Error(usage) where it is not given.
  const std::filesystem::path& need_checkpoints() const;
  const std::filesystem::path& need_hub() const;
};

/// A repository on the Hub: "owner/name", and a branch, tag or commit.
struct HfRepo {
  std::string name;
  std::optional<std::string> revision{};  ///< nothing: "main"

  std::string revision_or_main() const { return revision.value_or("main"); }
};

/// "hf:owner/repo[@revision]"; nothing for other texts. Throws Error(usage) for "hf:" with anything
/// else behind it.
std::optional<HfRepo> parse_hf(const std::string& text);

/// models--owner--name in Hugging Face's cache. Throws Error(usage) where that is not given.
std::filesystem::path folder_of(const CacheFolders& cache, const HfRepo& repo);

/// A checkpoint of the cache; nothing where there is none.
std::optional<std::filesystem::path> find_pulled(const CacheFolders& cache,
                                                 const std::string& file);

/// The commit that the revision means in the cache: what refs/REVISION says, else the revision
/// itself. Nothing where that is no name of a folder.
std::optional<std::string> commit_of(const std::filesystem::path& repo_folder,
                                     const std::string& revision);

/// The snapshot of the revision, if it is whole: it has a config.json. Nothing where there is none.
std::optional<std::filesystem::path> find_snapshot(const CacheFolders& cache, const HfRepo& repo);

}  // namespace dpt::store
