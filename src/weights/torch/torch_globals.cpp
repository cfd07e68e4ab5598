#include "weights/torch/torch_globals.h"

#include <array>
#include <iterator>

namespace dpt::weights {

namespace {

using Role = TorchGlobal::Role;

/// Beside tensors and dictionaries stands what training programs put into their files: settings
/// (argparse, OmegaConf, Lightning), counts, paths, dates, numpy's numbers and arrays, devices.
/// Classes that are listed as data hold values and no code; none of their values is looked at.
constexpr TorchGlobal globals[] = {
    {"collections", "OrderedDict", Role::ordered_dict},
    {"collections", "Counter", Role::data},
    {"collections", "defaultdict", Role::default_dict},
    {"collections", "deque", Role::data},
    {"torch", "Size", Role::size},
    {"torch._utils", "_rebuild_tensor_v2", Role::rebuild_tensor},
    {"torch._utils", "_rebuild_tensor_v3", Role::rebuild_tensor_of_type},
    {"torch._utils", "_rebuild_parameter", Role::rebuild_parameter},
    {"torch._utils", "_rebuild_parameter_with_state", Role::rebuild_parameter},
    {"torch._tensor", "_rebuild_from_type_v2", Role::rebuild_from_type},
    {"torch", "Tensor", Role::name},
    {"torch.nn.parameter", "Parameter", Role::name},
    {"torch.nn.parameter", "Buffer", Role::name},
    {"torch.storage", "UntypedStorage", Role::untyped_storage},
    {"torch", "UntypedStorage", Role::untyped_storage},
    {"torch", "DoubleStorage", Role::storage, DType::f64},
    {"torch", "FloatStorage", Role::storage, DType::f32},
    {"torch", "HalfStorage", Role::storage, DType::f16},
    {"torch", "BFloat16Storage", Role::storage, DType::bf16},
    {"torch", "LongStorage", Role::storage, DType::i64},
    {"torch", "IntStorage", Role::storage, DType::i32},
    {"torch", "ShortStorage", Role::storage, DType::i16},
    {"torch", "CharStorage", Role::storage, DType::i8},
    {"torch", "ByteStorage", Role::storage, DType::u8},
    {"torch", "BoolStorage", Role::storage, DType::boolean},
    {"torch", "float64", Role::dtype, DType::f64},
    {"torch", "float32", Role::dtype, DType::f32},
    {"torch", "float16", Role::dtype, DType::f16},
    {"torch", "bfloat16", Role::dtype, DType::bf16},
    {"torch", "int64", Role::dtype, DType::i64},
    {"torch", "int32", Role::dtype, DType::i32},
    {"torch", "int16", Role::dtype, DType::i16},
    {"torch", "int8", Role::dtype, DType::i8},
    {"torch", "uint8", Role::dtype, DType::u8},
    {"torch", "bool", Role::dtype, DType::boolean},
    // Element types that no tensor here may have, as settings.
    {"torch", "complex64", Role::name},
    {"torch", "complex128", Role::name},
    {"torch", "float8_e4m3fn", Role::name},
    {"torch", "float8_e5m2", Role::name},
    {"torch", "device", Role::data},
    {"torch.torch_version", "TorchVersion", Role::data},
    {"numpy", "dtype", Role::data},
    {"numpy", "ndarray", Role::name},
    {"numpy.core.multiarray", "scalar", Role::data},
    {"numpy.core.multiarray", "_reconstruct", Role::data},
    {"numpy.core.numeric", "_frombuffer", Role::data},
    {"numpy._core.multiarray", "scalar", Role::data},
    {"numpy._core.multiarray", "_reconstruct", Role::data},
    {"numpy._core.numeric", "_frombuffer", Role::data},
    {"_codecs", "encode", Role::data},  // bytes, in protocol 2
    {"argparse", "Namespace", Role::data},
    {"types", "SimpleNamespace", Role::data},
    {"pathlib", "Path", Role::data},
    {"pathlib", "PosixPath", Role::data},
    {"pathlib", "WindowsPath", Role::data},
    {"pathlib", "PurePosixPath", Role::data},
    {"pathlib", "PureWindowsPath", Role::data},
    {"pathlib._local", "PosixPath", Role::data},
    {"pathlib._local", "WindowsPath", Role::data},
    {"datetime", "date", Role::data},
    {"datetime", "datetime", Role::data},
    {"datetime", "time", Role::data},
    {"datetime", "timedelta", Role::data},
    {"datetime", "timezone", Role::data},
    {"typing", "Any", Role::name},
    {"omegaconf.dictconfig", "DictConfig", Role::data},
    {"omegaconf.listconfig", "ListConfig", Role::data},
    {"omegaconf.base", "ContainerMetadata", Role::data},
    {"omegaconf.base", "Metadata", Role::data},
    {"omegaconf.nodes", "AnyNode", Role::data},
    {"omegaconf.nodes", "BooleanNode", Role::data},
    {"omegaconf.nodes", "FloatNode", Role::data},
    {"omegaconf.nodes", "IntegerNode", Role::data},
    {"omegaconf.nodes", "StringNode", Role::data},
    {"pytorch_lightning.utilities.parsing", "AttributeDict", Role::data},
    {"lightning.pytorch.utilities.parsing", "AttributeDict", Role::data},
    {"lightning_fabric.utilities.data", "AttributeDict", Role::data},
    {"lightning.fabric.utilities.data", "AttributeDict", Role::data},
    // Keys of the callbacks' states in files of Lightning before 1.5.
    {"pytorch_lightning.callbacks.*", "*", Role::name},
    {"lightning.pytorch.callbacks.*", "*", Role::name},
};

/// Python's own, in modules that Python 2 and 3 call differently.
constexpr std::string_view builtin_modules[] = {"builtins", "__builtin__"};
constexpr std::array builtins = {
    TorchGlobal{"builtins", "bytearray", Role::data},
    TorchGlobal{"builtins", "bytes", Role::data},
    TorchGlobal{"builtins", "complex", Role::data},
    TorchGlobal{"builtins", "frozenset", Role::data},
    TorchGlobal{"builtins", "range", Role::data},
    TorchGlobal{"builtins", "set", Role::data},
    TorchGlobal{"builtins", "xrange", Role::data},  // of Python 2, as protocol 2 calls range
    TorchGlobal{"builtins", "slice", Role::data},
    TorchGlobal{"builtins", "bool", Role::name},
    TorchGlobal{"builtins", "dict", Role::name},
    TorchGlobal{"builtins", "float", Role::name},
    TorchGlobal{"builtins", "int", Role::name},
    TorchGlobal{"builtins", "list", Role::name},
    TorchGlobal{"builtins", "str", Role::name},
    TorchGlobal{"builtins", "tuple", Role::name},
};

bool is_for(const TorchGlobal& global, std::string_view module, std::string_view name) {
  constexpr std::string_view all_below = ".*";
  if (global.name != "*" && global.name != name) return false;
  if (!global.module.ends_with(all_below)) return global.module == module;
  const std::string_view package = global.module.substr(0, global.module.size() - 1);
  return module.starts_with(package) || module == package.substr(0, package.size() - 1);
}

}  // namespace

std::optional<size_t> find_torch_global(std::string_view module, std::string_view name) {
  for (size_t i = 0; i < std::size(globals); ++i) {
    if (is_for(globals[i], module, name)) return i;
  }
  for (const std::string_view builtin : builtin_modules) {
    for (size_t i = 0; module == builtin && i < builtins.size(); ++i) {
      if (builtins[i].name == name) return std::size(globals) + i;
    }
  }
  return std::nullopt;
}

const TorchGlobal& torch_global(size_t index) {
  return index < std::size(globals) ? globals[index] : builtins[index - std::size(globals)];
}

}  // namespace dpt::weights
