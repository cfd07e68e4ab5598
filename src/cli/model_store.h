// Where downloaded models are.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace dpt::cli {

/// Checkpoints that `dpt models pull` fetched: $XDG_CACHE_HOME/dpt/models, else
/// ~/.cache/dpt/models. Throws Error(usage) where neither variable is set.
std::filesystem::path store_folder();

/// Hugging Face's own cache: $HF_HUB_CACHE, $HF_HOME/hub, $XDG_CACHE_HOME/huggingface/hub, else
/// ~/.cache/huggingface/hub.
std::filesystem::path hf_cache();

/// A repository on the Hub: "owner/name", and a branch, tag or commit.
struct HfRepo {
  std::string name;
  std::string revision = "main";
};

/// "hf:owner/repo[@revision]"; nothing for other texts. Throws Error(usage) for "hf:" with anything
/// else behind it.
std::optional<HfRepo> parse_hf(const std::string& text);

/// models--owner--name in the cache.
std::filesystem::path folder_of(const HfRepo& repo);

/// A checkpoint in store_folder(); nothing where there is none, or no such folder.
std::optional<std::filesystem::path> find_pulled(const std::string& file);

/// The snapshot in the cache that has a config.json; nothing where there is none, or no cache.
std::optional<std::filesystem::path> find_snapshot(const HfRepo& repo);

}  // namespace dpt::cli
