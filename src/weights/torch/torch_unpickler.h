// What the globals and persistent ids of a PyTorch pickle mean: storages, tensors, dictionaries.
// Sources: torch/_utils.py (_rebuild_*), torch/serialization.py (persistent_id, persistent_load).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/tensor.h"
#include "weights/torch/pickle.h"
#include "weights/torch/torch_globals.h"

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

/// Knows the globals of torch_globals.h and refuses all others by name.
class TorchUnpickler : public PickleHandler {
 public:
  PickleValue global(Pickle& pickle, std::string_view module, std::string_view name) override;
  PickleValue persistent(Pickle& pickle, PickleRef id) override;
  PickleValue call(Pickle& pickle, PickleRef callable, PickleRef arguments) override;
  PickleValue make(Pickle& pickle, PickleRef type, PickleRef arguments) override;
  void build(Pickle& pickle, PickleRef object, PickleRef state) override;

  const TorchTensor& tensor(const PickleValue& value) const {
    return tensors_[static_cast<size_t>(value.integer)];
  }
  const TorchStorage& storage(const TorchTensor& tensor) const { return storages_[tensor.storage]; }
  const std::vector<TorchStorage>& storages() const { return storages_; }

 private:
  PickleValue call(Pickle& pickle, const TorchGlobal& function,
                   const std::vector<PickleRef>& items);
  PickleValue rebuild_tensor(Pickle& pickle, const std::vector<PickleRef>& items, bool has_type);
  PickleValue rebuild_from_type(Pickle& pickle, const std::vector<PickleRef>& items);

  std::vector<TorchStorage> storages_;
  std::vector<TorchTensor> tensors_;
};

}  // namespace dpt::weights
