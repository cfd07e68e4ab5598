// TIFF with one number per pixel: every kind of number in, float32 out.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "base/error.h"
#include "base/half.h"
#include "image/codec/origin.h"
#include "image/codec/read_depth.h"
#include "image/codec/tiff/tiff_file.h"

namespace dpt::image {

namespace {

uint16_t field(const TiffFile& file, uint32_t tag) {
  uint16_t value = 0;
  TIFFGetFieldDefaulted(file.get(), tag, &value);
  return value;
}

/// Numbers in the machine's byte order to float32.
using Convert = void (*)(const std::byte* from, size_t count, float* to);

template <typename T>
void convert(const std::byte* from, size_t count, float* to) {
  for (size_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, from + i * sizeof(T), sizeof(T));
    to[i] = static_cast<float>(value);
  }
}

void convert_half(const std::byte* from, size_t count, float* to) {
  for (size_t i = 0; i < count; ++i) {
    uint16_t bits = 0;
    std::memcpy(&bits, from + i * sizeof(bits), sizeof(bits));
    to[i] = half_to_float(bits);
  }
}

struct SampleType {
  uint16_t format, bits;  ///< as the tags have them
  Convert convert;
};

constexpr std::array<SampleType, 11> sample_types = {{
    {SAMPLEFORMAT_IEEEFP, 16, convert_half},
    {SAMPLEFORMAT_IEEEFP, 32, convert<float>},
    {SAMPLEFORMAT_IEEEFP, 64, convert<double>},
    {SAMPLEFORMAT_UINT, 8, convert<uint8_t>},
    {SAMPLEFORMAT_UINT, 16, convert<uint16_t>},
    {SAMPLEFORMAT_UINT, 32, convert<uint32_t>},
    {SAMPLEFORMAT_UINT, 64, convert<uint64_t>},
    {SAMPLEFORMAT_INT, 8, convert<int8_t>},
    {SAMPLEFORMAT_INT, 16, convert<int16_t>},
    {SAMPLEFORMAT_INT, 32, convert<int32_t>},
    {SAMPLEFORMAT_INT, 64, convert<int64_t>},
}};

std::string_view name_of_format(uint16_t format) {
  switch (format) {
    case SAMPLEFORMAT_UINT:
      return "unsigned";
    case SAMPLEFORMAT_INT:
      return "signed";
    case SAMPLEFORMAT_IEEEFP:
      return "float";
    default:
      return "other";
  }
}

const SampleType& sample_type(const TiffFile& file, const std::string& name) {
  const uint16_t format = field(file, TIFFTAG_SAMPLEFORMAT);
  const uint16_t bits = field(file, TIFFTAG_BITSPERSAMPLE);
  const uint16_t samples = field(file, TIFFTAG_SAMPLESPERPIXEL);
  const auto found = std::find_if(
      sample_types.begin(), sample_types.end(),
      [&](const SampleType& type) { return type.format == format && type.bits == bits; });
  if (samples != 1 || found == sample_types.end()) {
    fail(ErrorKind::input,
         "{}: TIFF with {} {} samples of {} bits a pixel, expected 1 float of 16, 32 or 64 bits or "
         "1 integer of 8 to 64",
         name, samples, name_of_format(format), bits);
  }
  return *found;
}

/// What would make the stored numbers mean something else, or be only some of them.
void check_meaning(const TiffFile& file, const std::string& name) {
  uint16_t photometric = PHOTOMETRIC_MINISBLACK;
  TIFFGetField(file.get(), TIFFTAG_PHOTOMETRIC, &photometric);
  if (photometric != PHOTOMETRIC_MINISBLACK && photometric != PHOTOMETRIC_MINISWHITE) {
    fail(ErrorKind::input, "{}: TIFF with photometric interpretation {}, expected grey (1)", name,
         photometric);
  }
  if (photometric == PHOTOMETRIC_MINISWHITE &&
      field(file, TIFFTAG_SAMPLEFORMAT) != SAMPLEFORMAT_IEEEFP) {
    fail(ErrorKind::input, "{}: TIFF whose zero is white, expected numbers as they are (1)", name);
  }
  if (file.has_wrong_sizes()) {
    fail(ErrorKind::input, "{}: TIFF whose strips or tiles are not as long as its size asks for",
         name);
  }
  const uint16_t orientation = field(file, TIFFTAG_ORIENTATION);
  if (orientation > ORIENTATION_TOPLEFT && orientation <= ORIENTATION_LEFTBOT) {
    fail(ErrorKind::input,
         "{}: TIFF with orientation {}, expected rows from top to bottom (1); store it upright",
         name, orientation);
  }
}

/// Further pages that are no smaller copies or masks of the first.
void refuse_pages(const TiffFile& file, const std::string& name) {
  while (TIFFReadDirectory(file.get()) == 1) {
    uint32_t kind = 0;
    TIFFGetField(file.get(), TIFFTAG_SUBFILETYPE, &kind);
    if ((kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0) continue;
    fail(ErrorKind::input, "{}: TIFF of several pages, expected one", name);
  }
}

void read_strips(const TiffFile& file, const SampleType& type, Plane& plane) {
  const size_t row_bytes = static_cast<size_t>(plane.width()) * (type.bits / 8U);
  if (TIFFScanlineSize64(file.get()) != row_bytes) file.fail_with_message("odd row size");
  Buffer<std::byte> row(row_bytes, "a row of a TIFF");
  for (int y = 0; y < plane.height(); ++y) {
    if (TIFFReadScanline(file.get(), row.data(), static_cast<uint32_t>(y), 0) != 1) {
      file.fail_with_message("damaged pixel data");
    }
    type.convert(row.data(), static_cast<size_t>(plane.width()), plane.row(y));
  }
}

void read_tiles(const TiffFile& file, const SampleType& type, Plane& plane, std::string_view name) {
  uint32_t width = 0;
  uint32_t height = 0;
  TIFFGetField(file.get(), TIFFTAG_TILEWIDTH, &width);
  TIFFGetField(file.get(), TIFFTAG_TILELENGTH, &height);
  check_size(width, height, name);
  const size_t row_bytes = size_t{width} * (type.bits / 8U);
  const size_t tile_bytes = row_bytes * height;
  if (TIFFTileSize64(file.get()) != tile_bytes) file.fail_with_message("odd tile size");
  Buffer<std::byte> tile(tile_bytes, "a tile of a TIFF");
  for (int top = 0; top < plane.height(); top += static_cast<int>(height)) {
    for (int left = 0; left < plane.width(); left += static_cast<int>(width)) {
      if (TIFFReadTile(file.get(), tile.data(), static_cast<uint32_t>(left),
                       static_cast<uint32_t>(top), 0, 0) < 0) {
        file.fail_with_message("damaged pixel data");
      }
      const int rows = std::min(static_cast<int>(height), plane.height() - top);
      const int columns = std::min(static_cast<int>(width), plane.width() - left);
      for (int y = 0; y < rows; ++y) {
        type.convert(tile.data() + row_bytes * static_cast<size_t>(y), static_cast<size_t>(columns),
                     plane.row(top + y) + left);
      }
    }
  }
}

TextChunks text_of(const TiffFile& file) {
  const char* description = nullptr;
  if (TIFFGetField(file.get(), TIFFTAG_IMAGEDESCRIPTION, &description) != 1) return {};
  return text_of_lines(description);
}

}  // namespace

DepthFile decode_tiff_depth(std::span<const std::byte> bytes, std::string_view name) {
  const std::string shown = printable(name, 1000);
  const TiffFile file({bytes, shown});
  const SampleType& type = sample_type(file, shown);
  check_meaning(file, shown);
  uint32_t width = 0;
  uint32_t height = 0;
  TIFFGetField(file.get(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(file.get(), TIFFTAG_IMAGELENGTH, &height);
  check_size(width, height, shown);
  DepthFile out{Plane(static_cast<int>(width), static_cast<int>(height)), text_of(file)};
  if (TIFFIsTiled(file.get()) != 0) {
    read_tiles(file, type, out.values, shown);
  } else {
    read_strips(file, type, out.values);
  }
  refuse_pages(file, shown);
  return out;
}

Bytes encode_tiff(const Plane& plane, TiffCompression compression, const TextChunks& text) {
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
  const std::string description = lines_of(text);
  if (!text.empty()) TIFFSetField(file.get(), TIFFTAG_IMAGEDESCRIPTION, description.c_str());
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
