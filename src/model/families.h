// The table of families, and what it is asked.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "model/family.h"

namespace dpt::model {

using Families = std::span<const Family* const>;

/// All families that this version runs.
Families families();

/// Null when there is none of this name.
const Family* find_family(std::string_view name, Families all = families());

/// The types of all families by name. Throws Error(usage) listing the names when there is no such
/// type.
const ModelType& model_type(std::string_view name, Families all = families());

/// A weight file or Hugging Face folder, with tensors by the official names of the family that
/// knows most of them. Throws as weights::WeightSet::open().
weights::WeightSet open_weights(const std::filesystem::path& file_or_folder,
                                Families all = families());

/// Recognises the network by its tensors and, where there is one, config.json; its type by the
/// file's name unless the options name it. Throws as Family::read(), where no family recognises the
/// tensors that of the family that knows most of their names; Error(usage) for an unknown type or
/// one that contradicts the tensors.
std::shared_ptr<const Network> recognize(const weights::WeightSet& weights,
                                         const NetworkOptions& options = {},
                                         Families all = families());

}  // namespace dpt::model
