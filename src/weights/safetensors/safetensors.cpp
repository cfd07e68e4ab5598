#include "weights/safetensors/safetensors.h"

#include <algorithm>
#include <array>

#include "weights/safetensors/safetensors_header.h"

namespace dpt::weights {

namespace {

constexpr size_t length_bytes = 8;
/// The limit of the reference implementation.
constexpr uint64_t max_header = 100'000'000;

std::optional<DType> parse_dtype(std::string_view name) {
  for (const DType type : {DType::f64, DType::f32, DType::f16, DType::bf16, DType::i64, DType::i32,
                           DType::i16, DType::i8, DType::u8, DType::boolean}) {
    if (name == name_of(type)) return type;
  }
  return std::nullopt;
}

/// Element types that the format allows and no DPT model uses.
bool is_legal_dtype(std::string_view name) {
  constexpr std::array legal = {"U16",         "U32",     "U64",     "C64",
                                "F4",          "F6_E2M3", "F6_E3M2", "F8_E4M3",
                                "F8_E4M3FNUZ", "F8_E5M2", "F8_E8M0", "F8_E5M2FNUZ"};
  return std::find(legal.begin(), legal.end(), name) != legal.end();
}

DType checked_dtype(const Source& source, const TensorHeader& tensor) {
  if (const auto type = parse_dtype(tensor.dtype)) return *type;
  source.fail(
      "tensor {}: {} element type {} (supported: F64, F32, F16, BF16, I64, I32, I16, I8, "
      "U8, BOOL)",
      printable(tensor.name), is_legal_dtype(tensor.dtype) ? "unsupported" : "unknown",
      printable(tensor.dtype));
}

/// The header's text, checked to lie in the file.
std::span<const std::byte> header_of(const Source& source) {
  if (source.bytes.size() < length_bytes) {
    source.fail(
        "expected a safetensors file, which begins with an 8-byte header length; the file "
        "has {} bytes",
        source.bytes.size());
  }
  const auto length = load_le<uint64_t>(source.bytes, 0);
  if (length > max_header) {
    source.fail(
        "the safetensors header has {} bytes by its length field, more than the limit of {}",
        length, max_header);
  }
  if (!inside(length_bytes, length, source.bytes.size())) {
    source.fail(
        "the safetensors header has {} bytes by its length field, but only {} follow; the "
        "file is cut short or damaged",
        length, source.bytes.size() - length_bytes);
  }
  const auto header = source.bytes.subspan(length_bytes, length);
  if (header.empty() || header[0] != std::byte{'{'}) {
    source.fail("the safetensors header does not begin with '{{'");
  }
  return header;
}

/// The tensor's view in `data`, its offsets checked against its own shape and type.
TensorView checked_view(const Source& source, const TensorHeader& tensor,
                        std::span<const std::byte> data) {
  const DType type = checked_dtype(source, tensor);
  const std::string name = printable(tensor.name);
  if (tensor.shape.size() > Shape::max_rank) {
    source.fail("tensor {}: has {} dimensions, more than the limit of {}", name,
                tensor.shape.size(), Shape::max_rank);
  }
  if (tensor.begin > tensor.end) {
    source.fail("tensor {}: data offsets [{}, {}] end before they begin", name, tensor.begin,
                tensor.end);
  }
  if (tensor.end > data.size()) {
    source.fail(
        "tensor {}: data offsets [{}, {}] reach beyond the {} bytes of data; the file is "
        "cut short or damaged",
        name, tensor.begin, tensor.end, data.size());
  }
  const Shape shape{std::span<const int64_t>(tensor.shape)};
  const auto expected = dense_bytes(tensor.shape, type);
  if (!expected) source.fail("tensor {}: shape {} is too large", name, shape.text());
  if (*expected != tensor.end - tensor.begin) {
    source.fail("tensor {}: {} of shape {} takes {} bytes, but data offsets [{}, {}] span {}", name,
                name_of(type), shape.text(), *expected, tensor.begin, tensor.end,
                tensor.end - tensor.begin);
  }
  return {type, shape, data.data() + tensor.begin};
}

/// Data follows data from the first byte to the last: no overlap, no hole, nothing left over.
void check_coverage(const Source& source, std::vector<TensorHeader>& tensors, uint64_t size) {
  std::sort(tensors.begin(), tensors.end(), [](const TensorHeader& a, const TensorHeader& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  uint64_t covered = 0;
  for (const TensorHeader& tensor : tensors) {
    if (tensor.begin != covered) {
      source.fail(
          "tensor {}: its data begins at byte {}, {} byte {}, where the data before it ends",
          printable(tensor.name), tensor.begin,
          tensor.begin < covered ? "overlapping what lies before" : "leaving a hole after",
          covered);
    }
    covered = tensor.end;
  }
  if (covered != size) {
    source.fail("{} bytes of data belong to no tensor (the tensors end at byte {} of {})",
                size - covered, covered, size);
  }
}

}  // namespace

bool looks_like_safetensors(std::span<const std::byte> bytes) {
  return bytes.size() > length_bytes && bytes[length_bytes] == std::byte{'{'};
}

bool has_safetensors_header(std::span<const std::byte> bytes) {
  return looks_like_safetensors(bytes) && load_le<uint64_t>(bytes, 0) <= max_header;
}

void read_safetensors(const Source& source, CheckpointContent& content) {
  const auto header = header_of(source);
  const auto data = source.bytes.subspan(length_bytes + header.size());
  SafetensorsHeader parsed = parse_safetensors_header(Source{source.name, header});
  for (const TensorHeader& tensor : parsed.tensors) {
    content.tensors.emplace(tensor.name, checked_view(source, tensor, data));
  }
  check_coverage(source, parsed.tensors, data.size());
  content.metadata = std::move(parsed.metadata);
}

}  // namespace dpt::weights
