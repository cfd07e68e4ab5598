// Giving back what pulling has put on the disk.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "store/cache.h"
#include "store/registry.h"

namespace dpt::store {

struct Removed {
  std::filesystem::path place;  ///< the file, the snapshot or the repository's folder
  bool others_stay = false;     ///< there are files in it that pulling has not put there
};

/// Removes what pull_model() (pull/pull.h) has put into the cache, and nothing else:
///   - the checkpoint of a known model;
///   - of a repository at a revision ("hf:owner/name@revision") the model's files in its snapshot,
///     and those of their blobs that no other snapshot links to. They stay while another branch or
///     tag is the same commit; then only the revision's name goes;
///   - of a repository without a revision ("hf:owner/name", or a known model that is one) the same
///     of every revision, and parts of interrupted downloads.
/// Files that other programs put into Hugging Face's cache stay, and folders that hold some.
/// `registry` is opened only for names of it. Throws Error(model) where nothing of it was there or
/// a file cannot be removed, Error(usage) where the cache is not given.
Removed remove_model(const std::string& name, const CacheFolders& cache,
                     const std::function<Registry()>& registry);

}  // namespace dpt::store
