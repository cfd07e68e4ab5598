// NPY files: the header, and the elements that it speaks of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dpt::image {

struct NpyFile {
  char kind = 'f';  ///< numpy's letter: f float, i and u integers
  int item_bytes = 4;
  bool big_endian = false;
  bool fortran_order = false;
  std::vector<int64_t> shape;
  std::span<const std::byte> data;  ///< the elements, all of them and nothing else

  std::string type() const;     ///< "float16", "uint8"
  std::string extents() const;  ///< "(3, 4)"
};

/// NPY 1.0 to 3.0 of numbers; the file must outlive the result. Throws Error(input) that
/// begins with `name` for other elements (bool, complex, text, records, objects), and where the
/// file is shorter or longer than its header says.
NpyFile open_npy(std::span<const std::byte> bytes, std::string_view name);

}  // namespace dpt::image
