#include "weights/convert.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/error.h"
#include "base/file/folders.h"
#include "base/file/new_file.h"
#include "base/half.h"
#include "base/json.h"

namespace dpt::weights {

namespace {

/// Rows [first, first + rows) of `key`, under a name of the target.
struct Piece {
  std::string name;
  std::string key;
  int64_t first = 0;
  int64_t rows = 0;
  Shape shape;
  DType dtype = DType::f32;
  bool is_scale = false;  ///< the scales of the piece before it
};

/// Weights of products and convolutions, whose rows are long enough for a scale each.
bool can_be_i8(const Shape& shape) {
  return (shape.rank() == 2 || shape.rank() == 4) && shape.row_elements() >= 16;
}

DType target_type(const WeightSet& set, const std::string& key, const ConvertOptions& options) {
  const DType type = options.dtype.value_or(set.dtype(key));
  if (type == DType::i8) return can_be_i8(set.shape(key)) ? DType::i8 : DType::f32;
  return type == DType::f16 || type == DType::bf16 ? type : DType::f32;
}

int64_t rows_of(const Shape& shape) { return shape.rank() == 0 ? 1 : shape[0]; }

/// Each piece of 8-bit integers followed by its scales.
std::vector<Piece> with_scales(const std::vector<Piece>& pieces) {
  std::vector<Piece> all;
  for (const Piece& piece : pieces) {
    all.push_back(piece);
    if (piece.dtype == DType::i8) {
      all.push_back({piece.name + "_scale", piece.key, piece.first, piece.rows,
                     Shape{piece.rows, 1}, DType::f32, true});
    }
  }
  return all;
}

/// The tensor under the names of the target: one piece, or three for query, key and value; none
/// where the target has no name for it.
std::vector<Piece> pieces_of(const WeightSet& set, const std::string& key,
                             const ConvertOptions& options) {
  Piece whole{key, key, 0, rows_of(set.shape(key)), set.shape(key), target_type(set, key, options)};
  if (options.naming == Naming::official) return {whole};
  const std::vector<std::string> names =
      set.names().to_hugging_face(key, [&](std::string_view other) { return set.contains(other); });
  std::vector<Piece> pieces;
  for (size_t part = 0; part < names.size(); ++part) {
    Piece piece = whole;
    piece.name = names[part];
    piece.rows = whole.rows / static_cast<int64_t>(names.size());
    piece.first = static_cast<int64_t>(part) * piece.rows;
    if (piece.shape.rank() > 0) piece.shape[0] = piece.rows;
    pieces.push_back(piece);
  }
  return pieces;
}

/// Rounds to 16 bits; counts the finite values that become infinite.
std::vector<std::byte> encoded(const std::vector<float>& values, DType type, size_t& infinite) {
  std::vector<std::byte> bytes(values.size() * size_of(type));
  if (type == DType::f32) {
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
  }
  for (size_t i = 0; i < values.size(); ++i) {
    const bool half = type == DType::f16;
    const uint16_t bits = half ? float_to_half(values[i]) : float_to_bfloat16(values[i]);
    const float back = half ? half_to_float(bits) : bfloat16_to_float(bits);
    if (std::isfinite(values[i]) && !std::isfinite(back)) ++infinite;
    std::memcpy(bytes.data() + 2 * i, &bits, 2);
  }
  return bytes;
}

/// The header: its length, then JSON, padded so that the data begins at a multiple of 8.
std::vector<std::byte> header_of(const std::vector<Piece>& pieces,
                                 const std::map<std::string, std::string>& metadata,
                                 uint64_t& data_bytes) {
  Json about = {{"format", "pt"}};
  for (const auto& [key, text] : metadata) about[key] = text;
  Json::Object header = {{"__metadata__", std::move(about)}};
  for (const Piece& piece : pieces) {
    const uint64_t bytes = static_cast<uint64_t>(piece.shape.elements()) * size_of(piece.dtype);
    header.push_back({piece.name,
                      {{"dtype", name_of(piece.dtype)},
                       {"shape", std::vector<int64_t>(piece.shape.begin(), piece.shape.end())},
                       {"data_offsets", {data_bytes, data_bytes + bytes}}}});
    data_bytes += bytes;
  }
  std::string text = Json::object(std::move(header)).dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const uint64_t length = text.size();
  std::vector<std::byte> bytes(8 + text.size());
  for (size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(length >> (8 * i));
  std::memcpy(bytes.data() + 8, text.data(), text.size());
  return bytes;
}

/// Rounds rows to 8 bits; appends their scales. Values that are no numbers become 0, and their
/// row's scale says so: it is not finite.
std::vector<std::byte> quantized(const std::vector<float>& values, int64_t rows,
                                 std::vector<float>& scales) {
  std::vector<std::byte> bytes(values.size());
  const size_t length = values.size() / static_cast<size_t>(rows);
  for (size_t row = 0; row < static_cast<size_t>(rows); ++row) {
    const float* from = values.data() + row * length;
    float largest = 0;
    for (size_t i = 0; i < length; ++i) {
      const float size = std::abs(from[i]);
      largest = std::isnan(size) || size > largest ? size : largest;
      if (std::isnan(largest)) break;
    }
    scales.push_back(largest / 127);
    const float inverse = std::isfinite(largest) && largest > 0 ? 127 / largest : 0;
    for (size_t i = 0; i < length; ++i) {
      const float scaled = inverse > 0 ? std::nearbyint(from[i] * inverse) : 0;
      bytes[row * length + i] = static_cast<std::byte>(static_cast<int8_t>(scaled));
    }
  }
  return bytes;
}

void write_piece(const WeightSet& set, const Piece& piece, NewFile& file,
                 std::vector<float>& scales, Converted& result) {
  if (piece.is_scale) {
    file.write(encoded(scales, DType::f32, result.infinite));
    scales.clear();
    return;
  }
  constexpr int64_t values_at_a_time = int64_t{1} << 22;
  const int64_t row = piece.shape.rank() == 0 ? 1 : piece.shape.row_elements();
  const int64_t step = std::max<int64_t>(values_at_a_time / std::max<int64_t>(row, 1), 1);
  for (int64_t done = 0; done < piece.rows; done += step) {
    const int64_t rows = std::min(step, piece.rows - done);
    std::vector<float> values(static_cast<size_t>(rows * row));
    set.read_rows(piece.key, piece.first + done, rows, values.data());
    file.write(piece.dtype == DType::i8 ? quantized(values, rows, scales)
                                        : encoded(values, piece.dtype, result.infinite));
  }
  set.release(piece.key);
}

}  // namespace

Converted convert(const WeightSet& set, const std::filesystem::path& target,
                  const ConvertOptions& options) {
  constexpr std::array writable = {DType::f32, DType::f16, DType::bf16, DType::i8};
  if (options.dtype &&
      std::find(writable.begin(), writable.end(), *options.dtype) == writable.end()) {
    fail(ErrorKind::usage, "weights cannot be written as {}", name_of(*options.dtype));
  }
  Converted result;
  std::vector<Piece> pieces;
  for (const std::string& key : set.keys()) {
    if (!set.is_readable(key)) continue;
    const std::vector<Piece> own = with_scales(pieces_of(set, key, options));
    if (own.empty()) ++result.without_place;
    pieces.insert(pieces.end(), own.begin(), own.end());
  }
  make_folders_for(target);
  NewFile file(target);
  file.write(header_of(pieces, options.metadata, result.bytes));
  std::vector<float> scales;
  for (const Piece& piece : pieces) write_piece(set, piece, file, scales, result);
  file.move_into_place();
  result.tensors = pieces.size();
  return result;
}

}  // namespace dpt::weights
