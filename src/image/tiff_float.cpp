// TIFF with one float32 sample per pixel, both ways.
#include <algorithm>

#include "base/error.h"
#include "image/read_depth.h"
#include "image/tiff_file.h"

namespace dpt::image {

namespace {

uint16_t field(const TiffFile& file, uint32_t tag) {
  uint16_t value = 0;
  TIFFGetFieldDefaulted(file.get(), tag, &value);
  return value;
}

void read_strips(const TiffFile& file, Plane& plane) {
  const size_t row_bytes = static_cast<size_t>(plane.width()) * sizeof(float);
  if (TIFFScanlineSize64(file.get()) != row_bytes) file.fail_with_message("odd row size");
  for (int y = 0; y < plane.height(); ++y) {
    if (TIFFReadScanline(file.get(), plane.row(y), static_cast<uint32_t>(y), 0) != 1) {
      file.fail_with_message("damaged pixel data");
    }
  }
}

void read_tiles(const TiffFile& file, Plane& plane, std::string_view name) {
  uint32_t width = 0;
  uint32_t height = 0;
  TIFFGetField(file.get(), TIFFTAG_TILEWIDTH, &width);
  TIFFGetField(file.get(), TIFFTAG_TILELENGTH, &height);
  check_size(width, height, name);
  const size_t count = size_t{width} * height;
  if (TIFFTileSize64(file.get()) != count * sizeof(float)) {
    file.fail_with_message("odd tile size");
  }
  Buffer<float> tile(count, "a tile of a TIFF");
  for (int top = 0; top < plane.height(); top += static_cast<int>(height)) {
    for (int left = 0; left < plane.width(); left += static_cast<int>(width)) {
      if (TIFFReadTile(file.get(), tile.data(), static_cast<uint32_t>(left),
                       static_cast<uint32_t>(top), 0, 0) < 0) {
        file.fail_with_message("damaged pixel data");
      }
      const int rows = std::min(static_cast<int>(height), plane.height() - top);
      const int columns = std::min(static_cast<int>(width), plane.width() - left);
      for (int y = 0; y < rows; ++y) {
        std::copy_n(tile.data() + size_t{width} * static_cast<size_t>(y), columns,
                    plane.row(top + y) + left);
      }
    }
  }
}

}  // namespace

Plane decode_tiff_float(std::span<const std::byte> bytes, std::string_view name) {
  const std::string shown = printable(name, 1000);
  const TiffFile file({bytes, shown});
  if (field(file, TIFFTAG_BITSPERSAMPLE) != 32 || field(file, TIFFTAG_SAMPLESPERPIXEL) != 1 ||
      field(file, TIFFTAG_SAMPLEFORMAT) != SAMPLEFORMAT_IEEEFP) {
    fail(ErrorKind::input, "{}: TIFF with {} samples of {} bits, expected 1 float of 32 bits",
         shown, field(file, TIFFTAG_SAMPLESPERPIXEL), field(file, TIFFTAG_BITSPERSAMPLE));
  }
  uint32_t width = 0;
  uint32_t height = 0;
  TIFFGetField(file.get(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(file.get(), TIFFTAG_IMAGELENGTH, &height);
  check_size(width, height, shown);
  Plane plane(static_cast<int>(width), static_cast<int>(height));
  if (TIFFIsTiled(file.get()) != 0) {
    read_tiles(file, plane, shown);
  } else {
    read_strips(file, plane);
  }
  return plane;
}

Bytes encode_tiff(const Plane& plane, TiffCompression compression) {
  Bytes out;
  TiffFile file(out);
  const auto width = static_cast<uint32_t>(plane.width());
  TIFFSetField(file.get(), TIFFTAG_IMAGEWIDTH, width);
  TIFFSetField(file.get(), TIFFTAG_IMAGELENGTH, static_cast<uint32_t>(plane.height()));
  TIFFSetField(file.get(), TIFFTAG_BITSPERSAMPLE, 32);
  TIFFSetField(file.get(), TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(file.get(), TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP);
  TIFFSetField(file.get(), TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  TIFFSetField(file.get(), TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(file.get(), TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  if (compression == TiffCompression::deflate) {
    TIFFSetField(file.get(), TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
    TIFFSetField(file.get(), TIFFTAG_PREDICTOR, PREDICTOR_FLOATINGPOINT);
  }
  // Strips of about 64 KiB.
  const uint32_t rows = std::max<uint32_t>(1, 16384 / std::max<uint32_t>(width, 1));
  TIFFSetField(file.get(), TIFFTAG_ROWSPERSTRIP, rows);
  std::vector<float> row(width);  // libtiff's predictor changes what it is given
  for (int y = 0; y < plane.height(); ++y) {
    std::copy_n(plane.row(y), width, row.begin());
    if (TIFFWriteScanline(file.get(), row.data(), static_cast<uint32_t>(y), 0) != 1) {
      file.fail_with_message("cannot write");
    }
  }
  if (TIFFFlush(file.get()) != 1) file.fail_with_message("cannot write");
  file.close();
  return out;
}

}  // namespace dpt::image
