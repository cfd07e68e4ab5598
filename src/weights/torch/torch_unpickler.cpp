#include "weights/torch/torch_unpickler.h"

#include <algorithm>
#include <span>

#include "weights/torch/torch_globals.h"

namespace dpt::weights {

using Kind = PickleValue::Kind;
using Role = TorchGlobal::Role;

namespace {

/// A value that stands for entry `index` of one of our own lists.
PickleValue refer(Kind kind, size_t index) {
  return PickleValue(kind, static_cast<int64_t>(index));
}

const TorchGlobal& global_of(const Pickle& pickle, PickleRef ref) {
  const PickleValue& value = pickle[ref];
  if (value.kind != Kind::global) pickle.fail("expected a global, found {}", name_of(value.kind));
  return torch_global(static_cast<size_t>(value.integer));
}

/// What `value` must be; `what` names it in the error.
const PickleValue& expect(const Pickle& pickle, PickleRef ref, Kind kind, const char* what) {
  const PickleValue& value = pickle[ref];
  if (value.kind != kind) {
    pickle.fail("expected {} as {}, found {}", name_of(kind), what, name_of(value.kind));
  }
  return value;
}

int64_t expect_count(const Pickle& pickle, PickleRef ref, const char* what) {
  const int64_t count = expect(pickle, ref, Kind::integer, what).integer;
  if (count < 0) pickle.fail("negative {}: {}", what, count);
  return count;
}

/// A tuple of as many non-negative integers as a tensor may have dimensions.
std::vector<int64_t> expect_extents(const Pickle& pickle, PickleRef ref, const char* what) {
  const auto& items = expect(pickle, ref, Kind::tuple, what).items;
  if (items.size() > Shape::max_rank) {
    pickle.fail("a tensor has {} dimensions, more than the limit of {}", items.size(),
                Shape::max_rank);
  }
  std::vector<int64_t> extents;
  extents.reserve(items.size());
  for (const PickleRef item : items) extents.push_back(expect_count(pickle, item, what));
  return extents;
}

/// OrderedDict() or OrderedDict([(key, value), ...]) (Python 2).
PickleValue make_dict(const Pickle& pickle, const std::vector<PickleRef>& arguments) {
  PickleValue dict(Kind::dict);
  if (arguments.empty()) return dict;
  if (arguments.size() > 1) pickle.fail("OrderedDict with {} arguments", arguments.size());
  const auto& list = expect(pickle, arguments[0], Kind::list, "the entries of OrderedDict").items;
  for (const PickleRef entry : list) {
    const PickleValue& pair = pickle[entry];
    if ((pair.kind != Kind::tuple && pair.kind != Kind::list) || pair.items.size() != 2) {
      pickle.fail("an entry of OrderedDict is no pair");
    }
    dict.items.insert(dict.items.end(), pair.items.begin(), pair.items.end());
  }
  return dict;
}

/// Attributes set on a tensor, such as a conjugate view: they would change its values.
void expect_no_metadata(const Pickle& pickle, PickleRef ref) {
  const PickleValue& value = pickle[ref];
  const bool empty = value.kind == Kind::none || (value.kind == Kind::dict && value.items.empty());
  if (!empty) pickle.fail("a tensor carries metadata, which is not supported");
}

}  // namespace

PickleValue TorchUnpickler::global(Pickle& pickle, std::string_view module, std::string_view name) {
  if (const auto index = find_torch_global(module, name)) return refer(Kind::global, *index);
  pickle.fail(
      "the pickle asks for {}.{}; only tensors and plain data are read, and nothing was run. If "
      "you trust the file, load it in PyTorch and save its state_dict() alone",
      printable(module), printable(name));
}

/// ("storage", storage type, key, location, elements[, view of another storage])
PickleValue TorchUnpickler::persistent(Pickle& pickle, PickleRef id) {
  const auto& items = expect(pickle, id, Kind::tuple, "persistent id").items;
  if (items.size() != 5 && items.size() != 6) {
    pickle.fail("a persistent id has {} parts, expected 5 or 6", items.size());
  }
  const PickleValue& what = expect(pickle, items[0], Kind::text, "kind of persistent id");
  if (what.text != "storage") {
    pickle.fail("expected a persistent id of kind storage, found {}", printable(what.text));
  }
  const TorchGlobal& type = global_of(pickle, items[1]);
  if (type.role != Role::storage && type.role != Role::untyped_storage) {
    pickle.fail("{}.{} is no storage type", type.module, type.name);
  }
  expect(pickle, items[3], Kind::text, "storage location");
  if (items.size() == 6 && pickle[items[5]].kind != Kind::none) {
    pickle.fail(
        "storages that are views of others are not supported; save the file again with a "
        "newer PyTorch");
  }
  TorchStorage storage;
  storage.key = expect(pickle, items[2], Kind::text, "storage key").text;
  if (type.role == Role::storage) storage.type = type.type;
  storage.count = static_cast<uint64_t>(expect_count(pickle, items[4], "storage size"));
  storages_.push_back(storage);
  return refer(Kind::storage, storages_.size() - 1);
}

PickleValue TorchUnpickler::call(Pickle& pickle, PickleRef callable, PickleRef arguments) {
  return call(pickle, global_of(pickle, callable), pickle[arguments].items);
}

PickleValue TorchUnpickler::call(Pickle& pickle, const TorchGlobal& function,
                                 const std::vector<PickleRef>& items) {
  switch (function.role) {
    case Role::ordered_dict:
      return make_dict(pickle, items);
    case Role::default_dict:  // what makes its values
      if (items.size() > 1) pickle.fail("defaultdict with {} arguments", items.size());
      return PickleValue(Kind::dict);
    case Role::size:
      if (items.size() != 1) pickle.fail("torch.Size with {} arguments", items.size());
      return expect(pickle, items[0], Kind::tuple, "argument of torch.Size");
    case Role::rebuild_tensor:
      return rebuild_tensor(pickle, items, false);
    case Role::rebuild_tensor_of_type:
      return rebuild_tensor(pickle, items, true);
    case Role::rebuild_parameter:  // (tensor, requires_grad, hooks[, attributes])
      if (items.size() != 3 && items.size() != 4) {
        pickle.fail("torch._utils.{} with {} arguments", function.name, items.size());
      }
      return expect(pickle, items[0], Kind::tensor, "data of a parameter");
    case Role::rebuild_from_type:
      return rebuild_from_type(pickle, items);
    case Role::data:
      return PickleValue(Kind::data);
    case Role::storage:
    case Role::untyped_storage:
    case Role::dtype:
    case Role::name:
      break;
  }
  pickle.fail("{}.{} is called, which is not supported", function.module, function.name);
}

PickleValue TorchUnpickler::make(Pickle& pickle, PickleRef type, PickleRef) {
  const TorchGlobal& made = global_of(pickle, type);
  if (made.role == Role::data) return PickleValue(Kind::data);
  pickle.fail("an object of {}.{} is made, which is not supported", made.module, made.name);
}

/// (function, type, its arguments, attributes): a tensor that had attributes of its own.
PickleValue TorchUnpickler::rebuild_from_type(Pickle& pickle, const std::vector<PickleRef>& items) {
  if (items.size() != 4) {
    pickle.fail("torch._tensor._rebuild_from_type_v2 with {} arguments", items.size());
  }
  const TorchGlobal& function = global_of(pickle, items[0]);
  const bool rebuilds = function.role == Role::rebuild_tensor ||
                        function.role == Role::rebuild_tensor_of_type ||
                        function.role == Role::rebuild_parameter;
  if (!rebuilds) pickle.fail("{}.{} rebuilds no tensor", function.module, function.name);
  const std::vector<PickleRef> arguments =
      expect(pickle, items[2], Kind::tuple, "arguments of a tensor").items;
  return call(pickle, function, arguments);
}

/// (storage, offset, shape, strides, requires_grad, hooks[, type][, metadata])
PickleValue TorchUnpickler::rebuild_tensor(Pickle& pickle, const std::vector<PickleRef>& items,
                                           bool has_type) {
  const size_t known = has_type ? 7 : 6;
  if (items.size() != known && items.size() != known + 1) {
    pickle.fail("a tensor is rebuilt from {} arguments, expected {} or {}", items.size(), known,
                known + 1);
  }
  if (items.size() > known) expect_no_metadata(pickle, items[known]);
  if (tensors_.size() >= max_tensors) pickle.fail("more than {} tensors", max_tensors);

  TorchTensor tensor;
  tensor.storage =
      static_cast<size_t>(expect(pickle, items[0], Kind::storage, "a tensor's storage").integer);
  tensor.offset = expect_count(pickle, items[1], "storage offset");
  const auto shape = expect_extents(pickle, items[2], "shape");
  const auto strides = expect_extents(pickle, items[3], "stride");
  if (strides.size() != shape.size()) {
    pickle.fail("a tensor has {} dimensions but {} strides", shape.size(), strides.size());
  }
  tensor.shape = Shape(std::span<const int64_t>(shape));
  std::copy(strides.begin(), strides.end(), tensor.strides.begin());

  const auto& storage_type = storages_[tensor.storage].type;
  if (has_type) {
    const TorchGlobal& type = global_of(pickle, items[6]);
    if (type.role != Role::dtype) pickle.fail("{}.{} is no element type", type.module, type.name);
    tensor.type = type.type;
  } else if (!storage_type) {
    pickle.fail("a tensor of an untyped storage has no element type");
  } else {
    tensor.type = *storage_type;
  }
  tensors_.push_back(tensor);
  return refer(Kind::tensor, tensors_.size() - 1);
}

void TorchUnpickler::build(Pickle& pickle, PickleRef object, PickleRef) {
  // State of a dictionary is the `_metadata` of state_dict(), that of a tensor its attributes, that
  // of plain data its values; none changes a tensor.
  const Kind kind = pickle[object].kind;
  if (kind != Kind::dict && kind != Kind::tensor && kind != Kind::data) {
    pickle.fail("BUILD sets the state of {}, expected a dictionary, a tensor or plain data",
                name_of(kind));
  }
}

}  // namespace dpt::weights
