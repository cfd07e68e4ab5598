// Which file of a folder holds which tensor: model.safetensors.index.json and the like.
#pragma once

#include <map>
#include <set>
#include <string>

#include "weights/source.h"

namespace dpt::weights {

/// Names of tensors by the shard that holds them.
using ShardMap = std::map<std::string, std::set<std::string>>;

/// {"weight_map": {TENSOR: FILE, ...}, ...}. Throws Error(model) for what is no JSON, for files
/// outside the folder, for a tensor that is named twice, and without tensors.
ShardMap read_shard_index(const Source& index);

}  // namespace dpt::weights
