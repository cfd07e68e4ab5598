#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "base/error.h"
#include "image/codec/png/png_decoder.h"
#include "image/codec/write.h"

namespace dpt::image {

namespace {

struct FreeMemory {
  void operator()(void* memory) const { std::free(memory); }
};

/// libspng's encoder. Its errors are wrong requests: nothing here depends on a file.
class PngWriter {
 public:
  explicit PngWriter(const PngOptions& options) : context_(spng_ctx_new(SPNG_CTX_ENCODER)) {
    if (context_ == nullptr) throw std::bad_alloc();
    if (options.compression < 0 || options.compression > 9) {
      fail(ErrorKind::usage, "PNG compression level {}, expected 0 to 9", options.compression);
    }
    check(spng_set_option(context_.get(), SPNG_ENCODE_TO_BUFFER, 1));
    check(spng_set_option(context_.get(), SPNG_IMG_COMPRESSION_LEVEL, options.compression));
    set_text(options.text);
  }

  void begin(int width, int height, int bits, spng_color_type type) {
    spng_ihdr header{};
    header.width = static_cast<uint32_t>(width);
    header.height = static_cast<uint32_t>(height);
    header.bit_depth = static_cast<uint8_t>(bits);
    header.color_type = static_cast<uint8_t>(type);
    check(spng_set_ihdr(context_.get(), &header));
  }

  void palette(std::span<const Rgb> colors) {
    spng_plte palette{};
    palette.n_entries = static_cast<uint32_t>(colors.size());
    for (size_t i = 0; i < colors.size(); ++i) {
      palette.entries[i] = {colors[i].r, colors[i].g, colors[i].b, 255};
    }
    check(spng_set_plte(context_.get(), &palette));
  }

  /// `fill(y, row)` writes the row's samples, 16 bits in the machine's order.
  template <typename Fill>
  Bytes rows(int height, size_t row_bytes, const Fill& fill) {
    check(spng_encode_image(context_.get(), nullptr, 0, SPNG_FMT_PNG,
                            SPNG_ENCODE_PROGRESSIVE | SPNG_ENCODE_FINALIZE));
    std::vector<uint8_t> row(row_bytes);
    for (int y = 0; y < height; ++y) {
      fill(y, row.data());
      const int code = spng_encode_row(context_.get(), row.data(), row.size());
      if (code != SPNG_EOI) check(code);
    }
    size_t size = 0;
    int code = SPNG_OK;
    const std::unique_ptr<void, FreeMemory> memory(
        spng_get_png_buffer(context_.get(), &size, &code));
    check(code);
    const auto* begin = static_cast<const std::byte*>(memory.get());
    return {begin, begin + size};
  }

 private:
  static void check(int code) {
    if (code == SPNG_OK) return;
    if (code == SPNG_EMEM) fail(ErrorKind::resource, "not enough memory to encode a PNG");
    fail(ErrorKind::usage, "cannot encode the PNG: {}", spng_strerror(code));
  }

  void set_text(const TextChunks& text) {
    if (text.empty()) return;
    std::vector<spng_text> chunks(text.size());
    for (size_t i = 0; i < text.size(); ++i) {
      const auto& [key, value] = text[i];
      if (key.empty() || key.size() >= sizeof(chunks[i].keyword)) {
        fail(ErrorKind::usage, "PNG text keyword \"{}\": expected 1 to 79 characters",
             printable(key));
      }
      std::copy(key.begin(), key.end(), chunks[i].keyword);
      chunks[i].type = SPNG_TEXT;
      chunks[i].length = value.size();
      chunks[i].text = const_cast<char*>(value.c_str());
    }
    check(spng_set_text(context_.get(), chunks.data(), static_cast<uint32_t>(chunks.size())));
  }

  PngContext context_;
};

}  // namespace

Bytes encode_png(const ImageView& image, const PngOptions& options) {
  check_view(image);
  PngWriter writer(options);
  const auto width = static_cast<size_t>(image.width);
  const int channels = channels_of(image.format);
  if (channels == 1) {
    writer.begin(image.width, image.height, 8, SPNG_COLOR_TYPE_GRAYSCALE);
    return writer.rows(image.height, width,
                       [&](int y, uint8_t* row) { std::memcpy(row, image.row(y), width); });
  }
  if (channels == 3 && !options.add_alpha) {
    writer.begin(image.width, image.height, 8, SPNG_COLOR_TYPE_TRUECOLOR);
    return writer.rows(image.height, width * 3,
                       [&](int y, uint8_t* row) { copy_row_as_rgb(image, y, row); });
  }
  writer.begin(image.width, image.height, 8, SPNG_COLOR_TYPE_TRUECOLOR_ALPHA);
  const auto [r, g, b] = channel_offsets(image.format);
  return writer.rows(image.height, width * 4, [&](int y, uint8_t* row) {
    const uint8_t* pixel = image.row(y);
    for (int x = 0; x < image.width; ++x, pixel += channels, row += 4) {
      row[0] = pixel[r];
      row[1] = pixel[g];
      row[2] = pixel[b];
      row[3] = channels == 4 ? pixel[3] : 255;
    }
  });
}

Bytes encode_png_gray16(const Gray16& image, const PngOptions& options) {
  PngWriter writer(options);
  writer.begin(image.width(), image.height(), 16, SPNG_COLOR_TYPE_GRAYSCALE);
  const size_t row_bytes = static_cast<size_t>(image.width()) * 2;
  return writer.rows(image.height(), row_bytes,
                     [&](int y, uint8_t* row) { std::memcpy(row, image.row(y), row_bytes); });
}

Bytes encode_png_labels(const Labels& labels, std::span<const Rgb> palette,
                        const PngOptions& options) {
  if (palette.empty() || palette.size() > 256) {
    fail(ErrorKind::usage, "PNG palette of {} colours, expected 1 to 256", palette.size());
  }
  const std::span<const uint16_t> values = labels.span();
  const unsigned largest = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  if (largest > 255) return encode_png_gray16(labels, options);
  if (largest >= palette.size()) {
    fail(ErrorKind::usage, "label {} is beyond the palette of {} colours", largest, palette.size());
  }
  PngWriter writer(options);
  writer.begin(labels.width(), labels.height(), 8, SPNG_COLOR_TYPE_INDEXED);
  writer.palette(palette);
  const auto width = static_cast<size_t>(labels.width());
  return writer.rows(labels.height(), width, [&](int y, uint8_t* row) {
    std::transform(labels.row(y), labels.row(y) + width, row,
                   [](uint16_t label) { return static_cast<uint8_t>(label); });
  });
}

}  // namespace dpt::image
