// The names that a pickle of PyTorch may use, and what each of them is taken for. Nothing behind
// them is ever run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/tensor.h"

namespace dpt::weights {

struct TorchGlobal {
  enum class Role : uint8_t {
    ordered_dict,            ///< called with nothing or pairs: a dictionary
    default_dict,            ///< called with what makes its values: an empty dictionary
    size,                    ///< called with a tuple: that tuple
    rebuild_tensor,          ///< called: a tensor of its storage's type
    rebuild_tensor_of_type,  ///< the same with a type of its own
    rebuild_parameter,       ///< called with a tensor: that tensor
    rebuild_from_type,       ///< called with one of these three and its arguments
    storage,
    untyped_storage,
    dtype,
    data,  ///< called or made with whatever: plain data, of which nothing is kept
    name,  ///< stands for itself: never called, nothing is made of it
  };
  std::string_view module;  ///< one that ends in ".*" stands for all modules in it
  std::string_view name;    ///< "*": every name
  Role role;
  DType type = DType::f32;  ///< of a storage or dtype
};

/// Index of what stands for a name; nothing for all that are not listed, which are most.
std::optional<size_t> find_torch_global(std::string_view module, std::string_view name);
const TorchGlobal& torch_global(size_t index);

}  // namespace dpt::weights
