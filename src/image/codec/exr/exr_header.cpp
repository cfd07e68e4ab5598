#include "image/codec/exr/exr_header.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "image/codec/byte_reader.h"
#include "image/image.h"

namespace dpt::image {

namespace {

struct FixedSize {
  std::string_view type;
  size_t bytes = 0;
};

constexpr std::array<FixedSize, 26> fixed_sizes = {{
    {"box2f", 16},      {"box2i", 16},   {"chromaticities", 32},
    {"compression", 1}, {"double", 8},   {"deepImageState", 1},
    {"envmap", 1},      {"float", 4},    {"int", 4},
    {"keycode", 28},    {"m33d", 72},    {"m33f", 36},
    {"m44d", 128},      {"m44f", 64},    {"lineOrder", 1},
    {"rational", 8},    {"tiledesc", 9}, {"timecode", 8},
    {"v2d", 16},        {"v2f", 8},      {"v2i", 8},
    {"v3d", 24},        {"v3f", 12},     {"v3i", 12},
    {"v4d", 32},        {"v4f", 16},
}};

struct Attribute {
  std::string_view name, type;
  std::span<const std::byte> value;
};

/// Names that end in a zero, each with 16 bytes behind it, and a zero; how many, or nothing where
/// the value is not just that.
std::optional<size_t> count_channels(std::span<const std::byte> value) {
  constexpr size_t facts = 16;
  std::string_view list(reinterpret_cast<const char*>(value.data()), value.size());
  for (size_t count = 0;; ++count) {
    const size_t end = list.find('\0');
    if (end == 0 && list.size() == 1) return count;
    if (end == 0 || end == std::string_view::npos || list.size() - end - 1 < facts) {
      return std::nullopt;
    }
    list.remove_prefix(end + 1 + facts);
  }
}

/// Lengths of 32 bits, each with so many bytes behind it.
bool holds_texts(std::span<const std::byte> value) {
  while (value.size() >= 4) {
    const size_t length = load_u32(value, 0);
    if (length > value.size() - 4) return false;
    value = value.subspan(4 + length);
  }
  return value.empty();
}

bool holds_preview(std::span<const std::byte> value) {
  return value.size() >= 8 &&
         value.size() - 8 == uint64_t{4} * load_u32(value, 0) * load_u32(value, 4);
}

/// Whether the library reads just the bytes of the value.
bool is_as_long_as_told(const Attribute& attribute) {
  const auto fixed = std::find_if(fixed_sizes.begin(), fixed_sizes.end(),
                                  [&](const FixedSize& one) { return one.type == attribute.type; });
  if (fixed != fixed_sizes.end()) return attribute.value.size() == fixed->bytes;
  if (attribute.type == "chlist") return count_channels(attribute.value).has_value();
  if (attribute.type == "floatvector") return attribute.value.size() % 4 == 0;
  if (attribute.type == "preview") return holds_preview(attribute.value);
  if (attribute.type == "stringvector") return holds_texts(attribute.value);
  return true;
}

[[noreturn]] void fail_damaged(const std::string& name) {
  fail(ErrorKind::input, "{}: the OpenEXR file's header is damaged", name);
}

/// The attribute at `at`, which moves behind it; nothing at the header's end.
std::optional<Attribute> next_attribute(std::span<const std::byte> bytes, size_t& at,
                                        const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (at >= text.size()) fail_damaged(name);
  if (text[at] == 0) return std::nullopt;
  const size_t type = text.find('\0', at);
  const size_t end = type == std::string_view::npos ? type : text.find('\0', type + 1);
  if (end == std::string_view::npos || text.size() - end < 5) fail_damaged(name);
  const size_t size = load_u32(bytes, end + 1);
  const size_t value = end + 5;
  if (size > text.size() - value) fail_damaged(name);
  const Attribute attribute{text.substr(at, type - at), text.substr(type + 1, end - type - 1),
                            bytes.subspan(value, size)};
  at = value + size;
  if (!is_as_long_as_told(attribute)) fail_damaged(name);
  return attribute;
}

}  // namespace

void check_exr_header(std::span<const std::byte> bytes, const std::string& name) {
  constexpr uint32_t deep_or_several_parts = 0x1800;
  constexpr int64_t most_row_samples = int64_t{1} << 20;  // the library holds up to 256 rows
  if (bytes.size() >= 8 && (load_u32(bytes, 4) & deep_or_several_parts) != 0) {
    fail(ErrorKind::input,
         "{}: an OpenEXR file of deep pixels or several parts, expected one part; save its depth "
         "alone",
         name);
  }
  size_t channels = 0;
  int64_t width = 1;
  size_t at = 8;
  while (const auto attribute = next_attribute(bytes, at, name)) {
    if (attribute->type == "chlist") {
      channels = std::max(channels, count_channels(attribute->value).value_or(0));
    }
    if (attribute->name == "dataWindow" && attribute->type == "box2i") {
      const int64_t left = static_cast<int32_t>(load_u32(attribute->value, 0));
      const int64_t right = static_cast<int32_t>(load_u32(attribute->value, 8));
      width = std::max(width, right - left + 1);
    }
  }
  if (static_cast<int64_t>(channels) * std::min<int64_t>(width, max_side) <= most_row_samples) {
    return;
  }
  fail(ErrorKind::input,
       "{}: an OpenEXR file of {} channels and {} columns, more than is read; save its depth alone",
       name, channels, width);
}

}  // namespace dpt::image
