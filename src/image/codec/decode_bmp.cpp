// Windows and OS/2 bitmaps: 1, 4, 8, 16, 24 and 32 bits, RLE4 and RLE8.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>

#include "base/error.h"
#include "image/codec/byte_reader.h"
#include "image/codec/decoders.h"

namespace dpt::image {

namespace {

constexpr size_t file_header_bytes = 14;
enum Compression : uint32_t { none = 0, rle8 = 1, rle4 = 2, bitfields = 3, alpha_bitfields = 6 };

/// One colour's bits in a pixel of 16 or 32.
struct Channel {
  uint32_t mask = 0;
  int shift = 0;
  int raise = 0;   ///< where `unit` is 0: zeros that fill up the bits to 8
  float unit = 0;  ///< what 1 is worth

  Channel() = default;
  Channel(uint32_t bits, bool is_raised)
      : mask(bits), shift(std::countr_zero(bits)), raise(8 - std::popcount(bits)) {
    if (!is_raised) unit = 255.0F / static_cast<float>(mask >> shift);
  }
  uint8_t of(uint32_t value) const {
    const uint32_t part = (value & mask) >> shift;
    if (unit == 0) return static_cast<uint8_t>(part << raise);
    return static_cast<uint8_t>(std::min(static_cast<float>(part) * unit, 255.0F));
  }
};

struct Header {
  int width = 0;
  int height = 0;
  bool top_down = false;
  int bits = 0;
  uint32_t compression = none;
  size_t pixels_at = 0;
  std::array<Channel, 3> channels{};  ///< red, green, blue; 16 and 32 bits only
  std::array<Rgb, 256> palette{};     ///< entries that the file does not have are black
};

class BmpReader {
 public:
  explicit BmpReader(const Source& source) : bytes_(source.bytes), name_(source.name) {}

  Decoded decode() {
    read_header();
    Decoded out;
    if (header_.compression == rle4 || header_.compression == rle8) {
      out.image = Image(header_.width, header_.height);
      decode_runs(out.image);
      return out;
    }
    const size_t pitch = (static_cast<size_t>(header_.width) * bits() + 31) / 32 * 4;
    const size_t last = (static_cast<size_t>(header_.width) * bits() + 7) / 8;
    need(header_.pixels_at, pitch * static_cast<size_t>(header_.height - 1) + last);
    out.image = Image(header_.width, header_.height);
    for (int y = 0; y < header_.height; ++y) {
      decode_row(header_.pixels_at + static_cast<size_t>(y) * pitch, row_of(out.image, y));
    }
    return out;
  }

 private:
  size_t bits() const { return static_cast<size_t>(header_.bits); }

  void need(size_t at, size_t count) const {
    if (at > bytes_.size() || count > bytes_.size() - at) {
      fail(ErrorKind::input, "{}: the BMP file ends too early, expected {} bytes at {}, it has {}",
           name_, count, at, bytes_.size());
    }
  }
  uint8_t byte(size_t at) const { return static_cast<uint8_t>(bytes_[at]); }
  uint8_t* row_of(Image& image, int y) const {
    return image.row(header_.top_down ? y : header_.height - 1 - y);
  }

  void read_header() {
    need(0, file_header_bytes + 4);
    header_.pixels_at = load_u32(bytes_, 10);
    const uint32_t size = load_u32(bytes_, file_header_bytes);
    need(file_header_bytes, size);
    uint32_t palette_entries = 0;
    if (size == 12) {
      header_.width = load_u16(bytes_, 18);
      header_.height = load_u16(bytes_, 20);
      header_.bits = load_u16(bytes_, 24);
    } else if (size >= 40) {
      palette_entries = read_info_header();
    } else {
      fail(ErrorKind::input, "{}: BMP header of {} bytes, expected 12 or at least 40", name_, size);
    }
    check_size(header_.width, header_.height, name_);
    check_coding();
    if (header_.bits == 16 || header_.bits == 32) read_masks();
    if (header_.bits <= 8) read_palette(size, palette_entries);
  }

  /// Returns the number of palette entries that the header tells of.
  uint32_t read_info_header() {
    const int64_t height = static_cast<int32_t>(load_u32(bytes_, 22));
    const auto width = static_cast<int32_t>(load_u32(bytes_, 18));
    check_size(width, std::abs(height), name_);
    header_.width = width;
    header_.height = static_cast<int>(std::abs(height));
    header_.top_down = height < 0;
    header_.bits = load_u16(bytes_, 28);
    header_.compression = load_u32(bytes_, 30);
    return load_u32(bytes_, 46);
  }

  /// The usual layouts of 16 bits keep zeros below their 5 and 6 bits; in all others the largest
  /// value is 255 and fractions are cut. Both as in OpenCV, which has the second for 32 bits and
  /// headers of 56 bytes on (it ignores the masks of shorter ones, and refuses other layouts of 16
  /// bits). Without any mask 32 bits are B, G, R and one unused, as there.
  void read_masks() {
    using Masks = std::array<uint32_t, 3>;
    constexpr Masks xrgb8888 = {0xFF0000, 0x00FF00, 0x0000FF};
    constexpr Masks xrgb1555 = {0x7C00, 0x03E0, 0x001F};
    constexpr Masks rgb565 = {0xF800, 0x07E0, 0x001F};
    Masks masks = header_.bits == 16 ? xrgb1555 : xrgb8888;
    if (header_.compression == bitfields || header_.compression == alpha_bitfields) {
      need(54, 12);
      for (size_t i = 0; i < 3; ++i) masks[i] = load_u32(bytes_, 54 + 4 * i);
      if (header_.bits == 32 && masks == Masks{}) masks = xrgb8888;
    }
    const bool is_raised = header_.bits == 16 && (masks == xrgb1555 || masks == rgb565);
    for (size_t i = 0; i < 3; ++i) {
      if (masks[i] == 0 || (header_.bits == 16 && masks[i] > 0xFFFF)) {
        fail(ErrorKind::input, "{}: BMP with the colour mask {:#x} is not supported", name_,
             masks[i]);
      }
      header_.channels[i] = Channel(masks[i], is_raised);
    }
  }

  void check_coding() const {
    const int bits = header_.bits;
    bool known = false;
    switch (header_.compression) {
      case none:
        known = bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
        break;
      case rle8:
        known = bits == 8;
        break;
      case rle4:
        known = bits == 4;
        break;
      case bitfields:
      case alpha_bitfields:
        known = bits == 16 || bits == 32;
        break;
      default:
        break;
    }
    if (!known) {
      fail(ErrorKind::input, "{}: BMP with {} bits a pixel and compression {} is not supported",
           name_, bits, header_.compression);
    }
  }

  void read_palette(uint32_t header_size, uint32_t entries) {
    const bool os2 = header_size == 12;
    if (entries == 0) entries = 1U << bits();
    if (entries > 256) {
      fail(ErrorKind::input, "{}: BMP palette of {} colours, expected at most 256", name_, entries);
    }
    const size_t entry_bytes = os2 ? 3 : 4;
    const size_t begin = file_header_bytes + header_size;
    need(begin, entries * entry_bytes);
    for (size_t i = 0; i < entries; ++i) {
      const size_t at = begin + i * entry_bytes;
      header_.palette[i] = {byte(at + 2), byte(at + 1), byte(at)};
    }
  }

  Rgb pixel_at(size_t row, size_t x) const {
    switch (header_.bits) {
      case 1:
        return header_.palette[byte(row + x / 8) >> (7 - x % 8) & 1];
      case 4:
        return header_.palette[byte(row + x / 2) >> (x % 2 == 0 ? 4 : 0) & 15];
      case 8:
        return header_.palette[byte(row + x)];
      case 24:
        return {byte(row + 3 * x + 2), byte(row + 3 * x + 1), byte(row + 3 * x)};
      default:
        break;
    }
    const uint32_t value =
        header_.bits == 16 ? load_u16(bytes_, row + 2 * x) : load_u32(bytes_, row + 4 * x);
    return {header_.channels[0].of(value), header_.channels[1].of(value),
            header_.channels[2].of(value)};
  }

  static void put(uint8_t* row, int x, Rgb color) {
    row[3 * x] = color.r;
    row[3 * x + 1] = color.g;
    row[3 * x + 2] = color.b;
  }

  void decode_row(size_t at, uint8_t* row) const {
    for (int x = 0; x < header_.width; ++x) put(row, x, pixel_at(at, static_cast<size_t>(x)));
  }

  /// Run-length codes; what they skip has palette colour 0.
  void decode_runs(Image& image) {
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) put(image.row(y), x, header_.palette[0]);
    }
    int x = 0;
    int y = 0;
    size_t at = header_.pixels_at;
    const bool nibbles = header_.compression == rle4;
    const auto emit = [&](int count, const auto& index) {
      if (count > header_.width - x || y >= header_.height) {
        fail(ErrorKind::input, "{}: a BMP run at byte {} leaves the picture", name_, at);
      }
      uint8_t* row = row_of(image, y);
      for (int i = 0; i < count; ++i) put(row, x++, header_.palette[index(i)]);
    };
    for (;;) {
      // The code that ends the picture is missed by nobody once all rows are there.
      const bool is_full = y >= header_.height || (y == header_.height - 1 && x == header_.width);
      if (is_full && bytes_.size() - std::min(at, bytes_.size()) < 2) return;
      need(at, 2);
      const int count = byte(at);
      const int value = byte(at + 1);
      at += 2;
      if (count > 0) {
        emit(count, [&](int i) {
          return static_cast<size_t>(nibbles ? value >> (i % 2 == 0 ? 4 : 0) & 15 : value);
        });
      } else if (value == 0) {  // end of the line
        x = 0;
        ++y;
      } else if (value == 1) {  // end of the picture
        return;
      } else if (value == 2) {  // move
        need(at, 2);
        x = std::min(x + byte(at), header_.width);
        y = std::min(y + byte(at + 1), header_.height);
        at += 2;
      } else {  // literal indices, padded to 16 bits
        const size_t length =
            nibbles ? (static_cast<size_t>(value) + 1) / 2 : static_cast<size_t>(value);
        need(at, length);
        emit(value, [&](int i) {
          const auto position = static_cast<size_t>(i);
          return static_cast<size_t>(nibbles ? byte(at + position / 2) >> (i % 2 == 0 ? 4 : 0) & 15
                                             : byte(at + position));
        });
        at += (length + 1) / 2 * 2;
      }
      if (y > header_.height) {
        fail(ErrorKind::input, "{}: BMP runs go on below the picture at byte {}", name_, at);
      }
    }
  }

  std::span<const std::byte> bytes_;
  std::string_view name_;
  Header header_;
};

}  // namespace

Decoded decode_bmp(const Source& source) { return BmpReader(source).decode(); }

}  // namespace dpt::image
