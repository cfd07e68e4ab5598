// TIFF pictures through libtiff's RGBA interface, as OpenCV reads them: 16-bit samples are rounded
// to 8 bits and unassociated alpha is multiplied in.
#include <algorithm>

#include "base/error.h"
#include "image/codec/tiff/tiff_file.h"

namespace dpt::image {

namespace {

/// TIFFRGBAImage with its end.
class RgbaReader {
 public:
  explicit RgbaReader(const TiffFile& file) {
    char text[1024] = "";
    if (TIFFRGBAImageOK(file.get(), text) == 0 ||
        TIFFRGBAImageBegin(&image_, file.get(), 1, text) == 0) {
      file.fail_with_message(text);
    }
    // Rows come as stored; the orientation is applied later.
    image_.req_orientation = image_.orientation;
  }
  ~RgbaReader() { TIFFRGBAImageEnd(&image_); }
  RgbaReader(const RgbaReader&) = delete;
  RgbaReader& operator=(const RgbaReader&) = delete;

  bool rows(uint32_t first, uint32_t count, uint32_t* raster) {
    image_.row_offset = static_cast<int>(first);
    image_.col_offset = 0;
    return TIFFRGBAImageGet(&image_, raster, image_.width, count) != 0;
  }

 private:
  TIFFRGBAImage image_{};
};

/// Rows of one strip or one row of tiles, so that none is decoded twice.
uint32_t rows_at_once(TIFF* tiff, uint32_t height) {
  uint32_t rows = 0;
  const bool known = TIFFIsTiled(tiff) != 0 ? TIFFGetField(tiff, TIFFTAG_TILELENGTH, &rows) == 1
                                            : TIFFGetField(tiff, TIFFTAG_ROWSPERSTRIP, &rows) == 1;
  return known && rows > 0 ? std::min(rows, height) : height;
}

}  // namespace

Decoded decode_tiff(const Source& source) {
  const TiffFile file(source);
  uint32_t width = 0;
  uint32_t height = 0;
  if (TIFFGetField(file.get(), TIFFTAG_IMAGEWIDTH, &width) == 0 ||
      TIFFGetField(file.get(), TIFFTAG_IMAGELENGTH, &height) == 0) {
    file.fail_with_message("it has no size");
  }
  check_size(width, height, source.name);
  uint16_t bits = 0;
  TIFFGetFieldDefaulted(file.get(), TIFFTAG_BITSPERSAMPLE, &bits);
  uint16_t orientation = ORIENTATION_TOPLEFT;
  TIFFGetFieldDefaulted(file.get(), TIFFTAG_ORIENTATION, &orientation);

  RgbaReader reader(file);
  Decoded out;
  out.exif.orientation = orientation;
  if (bits == 16) out.largest_sample = 65535;
  out.image = Image(static_cast<int>(width), static_cast<int>(height));
  const uint32_t step = rows_at_once(file.get(), height);
  Buffer<uint32_t> raster(size_t{width} * step, "rows of a TIFF");
  for (uint32_t y = 0; y < height; y += step) {
    const uint32_t count = std::min(step, height - y);
    if (!reader.rows(y, count, raster.data())) file.fail_with_message("damaged pixel data");
    uint8_t* pixel = out.image.row(static_cast<int>(y));
    for (const uint32_t value : raster.span().first(size_t{width} * count)) {
      *pixel++ = static_cast<uint8_t>(TIFFGetR(value));
      *pixel++ = static_cast<uint8_t>(TIFFGetG(value));
      *pixel++ = static_cast<uint8_t>(TIFFGetB(value));
    }
  }
  return out;
}

}  // namespace dpt::image
