// What `dpt info` says about a model.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "cli/registry.h"

namespace dpt::cli {

/// SHA-256 of a model's weights and of the configurations beside them: all files that a model's
/// results depend on. Reads all weights.
std::string hash_of_model(const std::filesystem::path& model);

/// An object of everything that the files and the registry tell, in the order in which it is shown.
/// "problems" lists what keeps the model from running. Throws Error(model) for files that are no
/// model at all.
Json model_facts(const std::filesystem::path& model, const Registry& registry);

/// One of verify_model()'s "verified", in a line: whether the file is what was published, and what
/// to do if it is not.
std::string verified_text(const Json& file);

/// Adds "verified": for each file its SHA-256, what it should be and whether it is ("match" is null
/// where nothing is known); and "non_finite", tensors with infinite values or NaN. Reads all
/// weights. True unless a hash differs or a value is not finite.
bool verify_model(const std::filesystem::path& model, const Registry& registry, Json& facts);

}  // namespace dpt::cli
