// What a model is: its network, task, input rule, files and place in the registry.
#pragma once

#include <filesystem>

#include "base/json.h"
#include "store/registry.h"

namespace dpt::store {

/// An object of everything that the files and the registry tell, in the order in which `dpt info`
/// shows it. "problems" lists what keeps the model from running. Throws Error(model) for files that
/// are no model at all.
Json model_facts(const std::filesystem::path& file_or_folder, const Registry& registry);

}  // namespace dpt::store
