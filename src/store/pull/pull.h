// Models from the network into the cache.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "store/cache.h"
#include "store/registry.h"

namespace dpt::store {

/// A server that speaks as Hugging Face's Hub does, for repositories; checkpoints of the registry
/// have addresses of their own.
struct Hub {
  std::string endpoint = "https://huggingface.co";
  std::string token{};                   ///< opens private repositories; empty: none
  std::optional<std::string> offline{};  ///< why nothing may be fetched, for the error's text
};

struct PullEvents {
  /// `done` of `total` bytes (0: unknown) of a file, which `name` tells for people.
  std::function<void(const std::string& name, int64_t done, int64_t total)> progress;
  /// The file is whole.
  std::function<void()> file_done;
};

struct Pulled {
  std::filesystem::path place;  ///< the checkpoint, or the repository's snapshot
  int64_t bytes = 0;            ///< of the files that came; 0: all were there
};

/// Fetches what `name` means: a model of the registry (as it is where that locates it already), or
/// "hf:owner/name[@revision]": of the model that weights::choose_files() makes of the repository's
/// files those that the cache has not. Files get their names when they are whole, config.json of a
/// snapshot the last. Throws as net::download(), Error(input) for a server that answers something
/// else, Error(model) for what is no model, Error(usage) where the cache is not given.
Pulled pull_model(const std::string& name, const CacheFolders& cache, const Hub& hub,
                  const std::function<Registry()>& registry, const PullEvents& events);

}  // namespace dpt::store
