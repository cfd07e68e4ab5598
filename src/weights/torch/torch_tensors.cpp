#include "weights/torch/torch_tensors.h"

#include <cstring>
#include <utility>

namespace dpt::weights {

namespace {

/// Row-major without gaps; strides along extents of 1 mean nothing.
bool is_dense(const TorchTensor& tensor) {
  int64_t expected = 1;
  for (size_t axis = tensor.shape.rank(); axis-- > 0;) {
    if (tensor.shape[axis] == 1) continue;
    if (tensor.strides[axis] != expected) return false;
    expected *= tensor.shape[axis];
  }
  return true;
}

/// Index of the last element in the storage; nothing when it overflows. The tensor is not empty.
std::optional<int64_t> last_index(const TorchTensor& tensor) {
  int64_t last = tensor.offset;
  for (size_t axis = 0; axis < tensor.shape.rank(); ++axis) {
    int64_t reach = 0;
    if (__builtin_mul_overflow(tensor.shape[axis] - 1, tensor.strides[axis], &reach) ||
        __builtin_add_overflow(last, reach, &last)) {
      return std::nullopt;
    }
  }
  return last;
}

std::string strides_text(const TorchTensor& tensor) {
  return Shape(std::span(tensor.strides).first(tensor.shape.rank())).text();
}

/// Copies a strided tensor row by row into dense memory. The tensor has rank >= 1 and elements.
void copy_dense(const TorchTensor& tensor, const std::byte* storage, std::byte* out) {
  const size_t element = size_of(tensor.type);
  const size_t inner = tensor.shape.rank() - 1;
  const int64_t rows = tensor.shape.elements() / tensor.shape[inner];
  std::array<int64_t, Shape::max_rank> index{};
  for (int64_t row = 0; row < rows; ++row) {
    int64_t from = tensor.offset;
    for (size_t axis = 0; axis < inner; ++axis) from += index[axis] * tensor.strides[axis];
    for (int64_t i = 0; i < tensor.shape[inner]; ++i, from += tensor.strides[inner]) {
      std::memcpy(out, storage + static_cast<size_t>(from) * element, element);
      out += element;
    }
    for (size_t axis = inner; axis-- > 0;) {
      if (++index[axis] < tensor.shape[axis]) break;
      index[axis] = 0;
    }
  }
}

/// Places the tensors of one file, one after the other.
class Placer {
 public:
  Placer(const Source& file, CheckpointContent& content)
      : file_(file), content_(content), budget_(2 * file.bytes.size() + (size_t{16} << 20)) {}

  TensorView place(const std::string& name, const TorchTensor& tensor,
                   std::span<const std::byte> storage) {
    const auto bytes = dense_bytes(
        std::span<const int64_t>(tensor.shape.begin(), tensor.shape.rank()), tensor.type);
    if (!bytes) {
      file_.fail("tensor {}: shape {} is too large", printable(name), tensor.shape.text());
    }
    if (*bytes == 0) return {tensor.type, tensor.shape, storage.data()};
    check_inside(name, tensor, storage.size() / size_of(tensor.type));
    const size_t first = static_cast<size_t>(tensor.offset) * size_of(tensor.type);
    if (is_dense(tensor)) return {tensor.type, tensor.shape, storage.data() + first};
    return {tensor.type, tensor.shape, lay_out(name, tensor, storage, *bytes)};
  }

 private:
  void check_inside(const std::string& name, const TorchTensor& tensor, uint64_t elements) const {
    const auto last = last_index(tensor);
    if (!last || static_cast<uint64_t>(*last) >= elements) {
      file_.fail(
          "tensor {}: shape {} with strides {} at offset {} does not lie in its storage of {} "
          "elements",
          printable(name), tensor.shape.text(), strides_text(tensor), tensor.offset, elements);
    }
  }

  const std::byte* lay_out(const std::string& name, const TorchTensor& tensor,
                           std::span<const std::byte> storage, uint64_t bytes) {
    if (bytes > budget_) {
      file_.fail(
          "tensor {}: shape {} with strides {} repeats its data beyond what the file's size "
          "allows",
          printable(name), tensor.shape.text(), strides_text(tensor));
    }
    budget_ -= bytes;
    const std::string purpose = "tensor " + printable(name) + " of " + file_.name;
    Buffer<std::byte>& dense = content_.dense.emplace_back(bytes, purpose.c_str());
    copy_dense(tensor, storage.data(), dense.data());
    return dense.data();
  }

  const Source& file_;
  CheckpointContent& content_;
  uint64_t budget_;
};

}  // namespace

void place_tensors(const Source& file, const std::map<std::string, TorchTensor>& tensors,
                   const TorchUnpickler& unpickler, const FindStorage& find_storage,
                   CheckpointContent& content) {
  Placer placer(file, content);
  for (const auto& [name, tensor] : tensors) {
    const auto bytes = find_storage(unpickler.storage(tensor));
    content.tensors.emplace(name, placer.place(name, tensor, bytes));
  }
}

}  // namespace dpt::weights
