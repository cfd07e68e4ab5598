// From what a user calls a model to its file or folder, and to all its files.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "store/cache.h"
#include "store/registry.h"

namespace dpt::store {

/// A file or folder; weights that go by a name of Hugging Face's (weights::is_weights_name())
/// beside a config.json mean their folder, since the file alone does not say all.
std::filesystem::path folder_of_weights(const std::filesystem::path& path);

/// A path that exists: folder_of_weights(). "hf:owner/name[@revision]": its snapshot in the cache.
/// Anything else is a name of the registry, which is opened (`registry`) only then. Throws
/// Error(model) where there is no such model, Error(usage) for an empty text or a malformed "hf:".
std::filesystem::path find_model(const std::string& path_or_name, const CacheFolders& cache,
                                 const std::function<Registry()>& registry);

}  // namespace dpt::store
