// What the globals and persistent ids of a PyTorch pickle mean: storages, tensors, dictionaries.
// Sources: torch/_utils.py (_rebuild_*), torch/serialization.py (persistent_id, persistent_load).
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/tensor.h"
#include "weights/pickle.h"

namespace dpt::weights {

/// A block of memory that tensors share; its bytes lie elsewhere in the container, under `key`.
struct TorchStorage {
  std::string_view key;
  std::optional<DType> type;  ///< nothing: untyped, `count` in bytes
  uint64_t count = 0;         ///< elements
};

/// A strided view of a storage. Offset and strides in elements, none negative.
struct TorchTensor {
  size_t storage = 0;  ///< index
  DType type = DType::f32;
  int64_t offset = 0;
  Shape shape;
  std::array<int64_t, Shape::max_rank> strides{};
};

/// Knows these globals, refuses all others by name: torch._utils._rebuild_tensor_v2 and _v3,
/// _rebuild_parameter, _rebuild_parameter_with_state, collections.OrderedDict, torch.Size, the
/// storages of our element types, torch.storage.UntypedStorage, and the element types.
class TorchUnpickler : public PickleHandler {
 public:
  PickleValue global(Pickle& pickle, std::string_view module, std::string_view name) override;
  PickleValue persistent(Pickle& pickle, PickleRef id) override;
  PickleValue call(Pickle& pickle, PickleRef callable, PickleRef arguments) override;
  void build(Pickle& pickle, PickleRef object, PickleRef state) override;

  const TorchTensor& tensor(const PickleValue& value) const {
    return tensors_[static_cast<size_t>(value.integer)];
  }
  const TorchStorage& storage(const TorchTensor& tensor) const { return storages_[tensor.storage]; }
  const std::vector<TorchStorage>& storages() const { return storages_; }

 private:
  PickleValue rebuild_tensor(Pickle& pickle, const std::vector<PickleRef>& items, bool has_type);

  std::vector<TorchStorage> storages_;
  std::vector<TorchTensor> tensors_;
};

/// The tensors of the state dictionary that `root` is or wraps, by name. Wrappings, as the official
/// loader and training programs use them: a dictionary with "optimizer" holds it under "model";
/// otherwise under "model", "state_dict" or "model_state_dict" if one of these is a dictionary.
/// Entries that are no tensors are left out; none left is an error.
std::map<std::string, TorchTensor> find_state_dict(const Pickle& pickle, PickleRef root,
                                                   const TorchUnpickler& unpickler,
                                                   const Source& source);

}  // namespace dpt::weights
