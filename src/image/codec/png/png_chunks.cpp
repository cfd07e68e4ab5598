#include "image/codec/png/png_chunks.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <new>
#include <string>

#include "image/codec/byte_reader.h"

namespace dpt::image {

namespace {

constexpr size_t signature_bytes = 8;
constexpr size_t chunk_bytes = 12;  // length, type, checksum
/// Of all texts of a file together, decompressed, in memory.
constexpr size_t most_text_bytes = size_t{1} << 26;

constexpr std::array<unsigned char, chunk_bytes> end_chunk = {0,   0,   0,    0,    'I',  'E',
                                                              'N', 'D', 0xAE, 0x42, 0x60, 0x82};

std::string_view text_at(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

uint32_t checksum(std::span<const std::byte> bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

void store_u32(std::byte* out, uint32_t value) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<std::byte>(value >> (24 - 8 * i));
}

/// The bytes in front of the first zero, which are taken away with it; nothing without a zero.
std::optional<std::string_view> take_string(std::string_view& bytes) {
  const size_t end = bytes.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = bytes.substr(0, end);
  bytes.remove_prefix(end + 1);
  return text;
}

std::optional<std::string> inflated(std::string_view packed, size_t most) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  int code = Z_OK;
  while (code == Z_OK && out.size() < most) {
    std::array<char, 16384> buffer;
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    code = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (code != Z_STREAM_END) return std::nullopt;
  return out;
}

/// Keyword and text (PNG specification, 11.3.4); nothing of a chunk that is no text or is damaged.
std::optional<std::pair<std::string, std::string>> text_of(const PngChunk& chunk, size_t most) {
  std::string_view rest = text_at(chunk.data);
  const auto keyword = take_string(rest);
  if (!keyword || keyword->empty()) return std::nullopt;
  bool packed = chunk.type == "zTXt";
  if (chunk.type == "iTXt") {
    if (rest.size() < 2) return std::nullopt;
    packed = rest[0] != 0;
    rest.remove_prefix(1);
  }
  if (chunk.type != "tEXt") {
    if (rest.empty() || rest[0] != 0) return std::nullopt;  // the only method: zlib
    rest.remove_prefix(1);
  }
  if (chunk.type == "iTXt" && (!take_string(rest) || !take_string(rest))) return std::nullopt;
  if (!packed) return {{std::string(*keyword), std::string(rest)}};
  auto text = inflated(rest, most);
  if (!text) return std::nullopt;
  return {{std::string(*keyword), std::move(*text)}};
}

}  // namespace

bool PngChunk::is_intact() const {
  return checksum(whole.subspan(4, 4 + data.size())) == load_u32(whole, whole.size() - 4, true);
}

PngChunks::PngChunks(std::span<const std::byte> png)
    : rest_(png.subspan(std::min(png.size(), signature_bytes))) {}

std::optional<PngChunk> PngChunks::next() {
  if (rest_.size() < chunk_bytes) return std::nullopt;
  const size_t length = load_u32(rest_, 0, true);
  if (length > rest_.size() - chunk_bytes) return std::nullopt;
  const auto whole = rest_.first(chunk_bytes + length);
  const std::string_view type = text_at(whole.subspan(4, 4));
  if (type == "IEND") return std::nullopt;
  rest_ = rest_.subspan(whole.size());
  return PngChunk{type, whole.subspan(8, length), whole};
}

PngPixelStream::PngPixelStream(std::span<const std::byte> png)
    : chunks_(png), piece_(png.first(std::min(png.size(), signature_bytes))) {}

bool PngPixelStream::read(std::span<std::byte> out) {
  while (!out.empty()) {
    if (piece_.empty()) piece_ = next_piece();
    if (piece_.empty()) return false;
    const size_t count = std::min(out.size(), piece_.size());
    std::copy_n(piece_.begin(), count, out.begin());
    out = out.subspan(count);
    piece_ = piece_.subspan(count);
  }
  return true;
}

bool PngPixelStream::wants(const PngChunk& chunk) {
  if (chunk.type == "IHDR" && chunk.data.size() > 9) {
    depth_ = std::to_integer<unsigned>(chunk.data[8]);
    is_indexed_ = chunk.data[9] == std::byte{3};
  }
  if (chunk.type == "IDAT") place_ = Place::pixels;
  if (chunk.type == "PLTE") return place_ == Place::before_pixels && is_indexed_;
  if (place_ == Place::before_pixels || chunk.type == "IDAT") return chunk.is_critical();
  // Behind the pixels there may be anything, but no intact chunk that asks to be understood.
  return chunk.is_critical() && chunk.is_intact();
}

/// The palette without the entries that no pixel can name.
std::span<const std::byte> PngPixelStream::usable_palette(const PngChunk& chunk) {
  const size_t most = size_t{3} << std::min(depth_, 8U);
  if (chunk.data.size() <= most || !chunk.is_intact()) return chunk.whole;
  palette_.assign(chunk.whole.begin(), chunk.whole.begin() + 8 + static_cast<ptrdiff_t>(most));
  store_u32(palette_.data(), static_cast<uint32_t>(most));
  const uint32_t sum = checksum(std::span(palette_).subspan(4));
  palette_.resize(palette_.size() + 4);
  store_u32(palette_.data() + palette_.size() - 4, sum);
  return palette_;
}

std::span<const std::byte> PngPixelStream::next_piece() {
  if (place_ == Place::end) return {};
  while (const auto chunk = chunks_.next()) {
    if (wants(*chunk)) return chunk->type == "PLTE" ? usable_palette(*chunk) : chunk->whole;
  }
  // A piece of a chunk with pixels, or a file without any, is the decoder's to refuse.
  const auto rest = chunks_.rest();
  const bool pixels_go_on = rest.size() >= 8 && text_at(rest.subspan(4, 4)) == "IDAT";
  const bool complete = place_ == Place::pixels && !pixels_go_on;
  place_ = Place::end;
  return complete ? std::as_bytes(std::span(end_chunk)) : rest;
}

Exif png_exif(std::span<const std::byte> png) {
  PngChunks chunks(png);
  while (const auto chunk = chunks.next()) {
    if (chunk->type == "eXIf" && chunk->is_intact()) return read_exif(chunk->data);
  }
  return {};
}

TextChunks png_text(std::span<const std::byte> png) {
  TextChunks texts;
  size_t left = most_text_bytes;
  PngChunks chunks(png);
  while (const auto chunk = chunks.next()) {
    const bool is_text = chunk->type == "tEXt" || chunk->type == "zTXt" || chunk->type == "iTXt";
    if (!is_text || chunk->data.size() > left || !chunk->is_intact()) continue;
    auto text = text_of(*chunk, left);
    if (!text) continue;
    left -= std::min(left, sizeof(*text) + text->first.size() + text->second.size());
    texts.push_back(std::move(*text));
  }
  return texts;
}

}  // namespace dpt::image
