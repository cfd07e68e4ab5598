// The JSON text at the head of a safetensors file, read strictly and without building a tree: the
// memory taken is in proportion to the tensors, not to what the text nests.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "weights/source.h"

namespace dpt::weights {

struct TensorHeader {
  std::string name;
  std::string dtype;
  std::vector<int64_t> shape;  ///< none negative; rank not limited here
  uint64_t begin = 0;          ///< offsets into the data, unchecked
  uint64_t end = 0;
};

struct SafetensorsHeader {
  std::vector<TensorHeader> tensors;  ///< in the file's order, names unique
  std::map<std::string, std::string> metadata;
};

/// `header` holds the text alone. Throws Error(model) for anything that is not the header's
/// grammar: invalid JSON or UTF-8, duplicate keys, unknown or missing fields, numbers that are no
/// non-negative integers.
SafetensorsHeader parse_safetensors_header(const Source& header);

}  // namespace dpt::weights
