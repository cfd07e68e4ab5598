// PBM, PGM and PPM, text and binary: the first picture of a file. As in OpenCV, text samples are
// scaled from maxval to 255, binary 8-bit samples are taken as they are and 16-bit samples lose
// their lower byte.
#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "image/codec/decoders.h"

namespace dpt::image {

namespace {

bool is_space(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(int c) { return c >= '0' && c <= '9'; }

class PnmReader {
 public:
  explicit PnmReader(const Source& source) : bytes_(source.bytes), name_(source.name) {}

  Decoded decode() {
    const char kind = static_cast<char>(bytes_[1]);
    at_ = 2;
    const bool text = kind <= '3';
    const bool bitmap = kind == '1' || kind == '4';
    channels_ = kind == '3' || kind == '6' ? 3 : 1;
    width_ = number();
    height_ = number();
    check_size(width_, height_, name_);
    max_value_ = bitmap ? 1 : number();
    if (max_value_ < 1 || max_value_ > 65535) {
      fail(ErrorKind::input, "{}: PNM with the largest value {}, expected 1 to 65535", name_,
           max_value_);
    }
    if (text) {
      // The shortest text has one digit a sample, with a space between unless they are bits.
      const int64_t samples = width_ * height_ * channels_;
      need(bitmap ? samples : samples * 2 - 1);
    } else {
      const int64_t size = row_bytes(bitmap) * height_;
      skip_header_end(size);
      need(size);
    }
    Decoded out;
    out.image = Image(static_cast<int>(width_), static_cast<int>(height_));
    for (int y = 0; y < out.image.height(); ++y) {
      if (bitmap) {
        text ? text_bits(out.image.row(y)) : packed_bits(out.image.row(y));
      } else {
        text ? text_row(out.image.row(y)) : binary_row(out.image.row(y));
      }
    }
    if (!bitmap) out.largest_sample = static_cast<int>(max_value_);
    note_rest(out.notes);
    return out;
  }

 private:
  /// Other pictures may follow (Netpbm's streams have several).
  void note_rest(std::vector<std::string>& notes) {
    while (is_space(peek())) ++at_;
    if (at_ == bytes_.size()) return;
    notes.push_back(
        fmt::format("{}: its first picture ends at byte {} of {}; what follows is not read", name_,
                    at_, bytes_.size()));
  }

  [[noreturn]] void fail_early() const {
    fail(ErrorKind::input, "{}: the PNM file ends too early, at byte {}", name_, bytes_.size());
  }
  void need(int64_t count) const {
    if (static_cast<uint64_t>(count) > bytes_.size() - at_) fail_early();
  }
  int peek() const { return at_ < bytes_.size() ? static_cast<int>(bytes_[at_]) : -1; }

  int64_t row_bytes(bool bitmap) const {
    if (bitmap) return (width_ + 7) / 8;
    return width_ * channels_ * (max_value_ > 255 ? 2 : 1);
  }

  void skip_space_and_comments() {
    for (int c = peek(); is_space(c) || c == '#'; c = peek()) {
      if (c == '#') {
        while (c != '\n' && c != '\r' && c != -1) {
          ++at_;
          c = peek();
        }
      } else {
        ++at_;
      }
    }
  }

  void expect_digit() const {
    const int c = peek();
    if (c == -1) fail_early();
    if (!is_digit(c)) {
      fail(ErrorKind::input, "{}: the PNM file has the byte {:#04x} at {}, expected a digit", name_,
           c, at_);
    }
  }

  int64_t number() {
    skip_space_and_comments();
    expect_digit();
    int64_t value = 0;
    for (int c = peek(); is_digit(c); c = peek()) {
      value = std::min<int64_t>(value * 10 + (c - '0'), INT32_MAX);
      ++at_;
    }
    return value;
  }

  /// One white space stands before `size` bytes of pixels; two where lines end in CRLF, unless that
  /// leaves a file of other line ends without its last byte.
  void skip_header_end(int64_t size) {
    if (peek() == -1) fail_early();
    if (!is_space(peek())) {
      fail(ErrorKind::input, "{}: the PNM file has no space between header and pixels, at byte {}",
           name_, at_);
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
    const bool has_crlf = text.substr(0, at_).find("\r\n") != std::string_view::npos;
    const bool is_long_enough = bytes_.size() - at_ >= static_cast<uint64_t>(size) + 2;
    at_ += text.substr(at_).starts_with("\r\n") && (has_crlf || is_long_enough) ? 2 : 1;
  }

  static void put_gray(uint8_t*& pixel, uint8_t value) {
    *pixel++ = value;
    *pixel++ = value;
    *pixel++ = value;
  }

  void put(uint8_t*& pixel, uint8_t value) const {
    if (channels_ == 1) {
      put_gray(pixel, value);
    } else {
      *pixel++ = value;
    }
  }

  void text_bits(uint8_t* pixel) {
    for (int64_t x = 0; x < width_; ++x) {
      skip_space_and_comments();
      expect_digit();
      put_gray(pixel, bytes_[at_++] == std::byte{'0'} ? 255 : 0);
    }
  }

  void packed_bits(uint8_t* pixel) {
    for (int64_t x = 0; x < width_; ++x) {
      const auto byte = static_cast<unsigned>(bytes_[at_ + static_cast<size_t>(x / 8)]);
      put_gray(pixel, (byte >> (7 - x % 8) & 1) == 0 ? 255 : 0);
    }
    at_ += static_cast<size_t>(row_bytes(true));
  }

  void text_row(uint8_t* pixel) {
    for (int64_t i = 0; i < width_ * channels_; ++i) {
      const int64_t value = std::min(number(), max_value_);
      put(pixel, static_cast<uint8_t>(max_value_ > 255 ? value >> 8 : value * 255 / max_value_));
    }
  }

  void binary_row(uint8_t* pixel) {
    const size_t step = max_value_ > 255 ? 2 : 1;
    for (int64_t i = 0; i < width_ * channels_; ++i, at_ += step) {
      put(pixel, static_cast<uint8_t>(bytes_[at_]));  // of 16 bits the upper byte comes first
    }
  }

  std::span<const std::byte> bytes_;
  std::string_view name_;
  size_t at_ = 0;
  int64_t width_ = 0;
  int64_t height_ = 0;
  int64_t max_value_ = 0;
  int channels_ = 1;
};

}  // namespace

Decoded decode_pnm(const Source& source) { return PnmReader(source).decode(); }

}  // namespace dpt::image
