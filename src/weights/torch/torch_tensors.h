// From strided views of storages to dense tensors in memory.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>

#include "weights/checkpoint.h"
#include "weights/source.h"
#include "weights/torch/torch_unpickler.h"

namespace dpt::weights {

/// The bytes of a storage; throws when the container has none under its key.
using FindStorage = std::function<std::span<const std::byte>(const TorchStorage&)>;

/// Adds every tensor to `content`: a view of the storage where it is dense there, else laid out
/// anew in content.dense, altogether in at most twice the file's bytes and 16 MB more. Throws
/// Error(model) naming the tensor when it does not lie in its storage.
void place_tensors(const Source& file, const std::map<std::string, TorchTensor>& tensors,
                   const TorchUnpickler& unpickler, const FindStorage& find_storage,
                   CheckpointContent& content);

}  // namespace dpt::weights
