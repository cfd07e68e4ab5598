#include "weights/convert.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.h"
#include "base/half.h"
#include "base/new_file.h"

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
};

DType target_type(const WeightSet& set, const std::string& key, const ConvertOptions& options) {
  if (options.dtype) return *options.dtype;
  const DType own = set.dtype(key);
  return own == DType::f16 || own == DType::bf16 ? own : DType::f32;
}

int64_t rows_of(const Shape& shape) { return shape.rank() == 0 ? 1 : shape[0]; }

/// The tensor under the names of the target: one piece, or three for query, key and value.
std::vector<Piece> pieces_of(const WeightSet& set, const std::string& key,
                             const ConvertOptions& options, bool hybrid) {
  Piece whole{key, key, 0, rows_of(set.shape(key)), set.shape(key), target_type(set, key, options)};
  if (options.naming == Naming::official) return {whole};
  const std::vector<std::string> names = to_hugging_face(key, hybrid);
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
std::vector<std::byte> header_of(const std::vector<Piece>& pieces, uint64_t& data_bytes) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  header["__metadata__"]["format"] = "pt";
  for (const Piece& piece : pieces) {
    const uint64_t bytes = static_cast<uint64_t>(piece.shape.elements()) * size_of(piece.dtype);
    header[piece.name] = {{"dtype", name_of(piece.dtype)},
                          {"shape", std::vector<int64_t>(piece.shape.begin(), piece.shape.end())},
                          {"data_offsets", {data_bytes, data_bytes + bytes}}};
    data_bytes += bytes;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const uint64_t length = text.size();
  std::vector<std::byte> bytes(8 + text.size());
  for (size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(length >> (8 * i));
  std::memcpy(bytes.data() + 8, text.data(), text.size());
  return bytes;
}

void write_piece(const WeightSet& set, const Piece& piece, NewFile& file, Converted& result) {
  constexpr int64_t values_at_a_time = int64_t{1} << 22;
  const int64_t row = piece.shape.rank() == 0 ? 1 : piece.shape.row_elements();
  const int64_t step = std::max<int64_t>(values_at_a_time / std::max<int64_t>(row, 1), 1);
  for (int64_t done = 0; done < piece.rows; done += step) {
    const int64_t rows = std::min(step, piece.rows - done);
    std::vector<float> values(static_cast<size_t>(rows * row));
    set.read_rows(piece.key, piece.first + done, rows, values.data());
    file.write(encoded(values, piece.dtype, result.infinite));
  }
  set.release(piece.key);
}

}  // namespace

Converted convert(const WeightSet& set, const std::filesystem::path& target,
                  const ConvertOptions& options) {
  if (options.dtype && *options.dtype != DType::f32 && *options.dtype != DType::f16 &&
      *options.dtype != DType::bf16) {
    fail(ErrorKind::usage, "weights cannot be written as {}", name_of(*options.dtype));
  }
  const bool hybrid = set.contains("pretrained.model.patch_embed.backbone.stem.conv.weight");
  Converted result;
  std::vector<Piece> pieces;
  for (const std::string& key : set.keys()) {
    if (!is_floating(set.dtype(key))) continue;
    const std::vector<Piece> own = pieces_of(set, key, options, hybrid);
    if (own.empty()) ++result.without_place;
    pieces.insert(pieces.end(), own.begin(), own.end());
  }
  NewFile file(target);
  file.write(header_of(pieces, result.bytes));
  for (const Piece& piece : pieces) write_piece(set, piece, file, result);
  file.move_into_place();
  result.tensors = pieces.size();
  return result;
}

}  // namespace dpt::weights
