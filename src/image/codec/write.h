// Encoders: pictures, depth and labels to the bytes of a file. dpt::write_file writes them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "image/image.h"

namespace dpt::image {

using Bytes = std::vector<std::byte>;

/// Text chunks of a PNG: keyword (1 to 79 Latin-1 characters) and text, in file order.
using TextChunks = std::vector<std::pair<std::string, std::string>>;

struct PngOptions {
  int compression = 6;     ///< zlib level, 0 (stored) to 9 (smallest)
  TextChunks text{};       ///< written before the pixels
  bool add_alpha = false;  ///< three-channel views are written as RGBA with alpha 255
};

/// 8-bit PNG: RGB, RGBA (views with alpha keep it) or grey.
Bytes encode_png(const ImageView& image, const PngOptions& options = {});

/// 16-bit grey PNG.
Bytes encode_png_gray16(const Gray16& image, const PngOptions& options = {});

/// 8-bit palette PNG whose pixel value is the label; 16-bit grey (without palette) where a label
/// exceeds 255. `palette`: 1 to 256 entries. A label of up to 255 beyond the palette is an
/// Error(usage).
Bytes encode_png_labels(const Labels& labels, std::span<const Rgb> palette,
                        const PngOptions& options = {});

/// PFM, little-endian, rows bottom to top, header "Pf\nW H\n-1.000000\n" (specification 3.5).
Bytes encode_pfm(const Plane& plane);

/// NPY 1.0, C order, float32 H x W.
Bytes encode_npy(const Plane& plane);
/// NPY 1.0, C order, uint16 H x W.
Bytes encode_npy(const Labels& labels);
/// NPY 1.0, C order, uint8 H x W.
Bytes encode_npy(const Grid<uint8_t>& values);
/// The labels as uint8; Error(usage) when one exceeds 255.
Grid<uint8_t> to_uint8(const Labels& labels);

/// NPZ: an archive with one NPY file of this name (without its extension). `text`: lines "KEY:
/// TEXT" of the archive's comment.
Bytes encode_npz(const std::string& name, const Bytes& npy, const TextChunks& text = {});

struct ExrOptions {
  std::string channel = "Y";  ///< "Y" is shown as grey, "Z" is depth
  bool half = false;          ///< 16-bit floats: 11 bits of precision, up to 65504
  TextChunks text{};          ///< attributes of the header
};

/// OpenEXR, one channel, ZIP compression, rows top to bottom.
Bytes encode_exr(const Plane& plane, const ExrOptions& options = {});

enum class TiffCompression { none, deflate };

/// TIFF with one float32 sample per pixel, in strips. `text`: lines "KEY: TEXT" of its description.
Bytes encode_tiff(const Plane& plane, TiffCompression compression = TiffCompression::deflate,
                  const TextChunks& text = {});

}  // namespace dpt::image
