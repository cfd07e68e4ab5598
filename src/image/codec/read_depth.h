// Reading depth files back: PFM, NPY, NPZ, EXR, grey PNG and grey TIFF. Hostile input is an
// Error(input) that names the file, as in read.h, with the same limits; so is a file that is
// shorter or longer than its header says. Numbers of other types become the nearest float32.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "image/codec/origin.h"
#include "image/codec/write.h"
#include "image/image.h"

namespace dpt::image {

/// What a file stores, and what it says of that (origin.h).
struct DepthFile {
  Plane values;           ///< for PNG the codes, see depth_codes.h
  TextChunks text{};      ///< of PNG, EXR, TIFF and NPZ files
  bool is_codes = false;  ///< of a PNG
};

/// PFM of either byte order, grey ("Pf") or of three equal channels ("PF"). The scale's magnitude
/// is ignored, as the official script and Middlebury's own readers do (whose files have 0.0039).
Plane decode_pfm(std::span<const std::byte> bytes, std::string_view name = "PFM");

using NpyArray = std::variant<Plane, Grid<uint8_t>, Grid<uint16_t>>;

/// NPY: an array of two axes (others of extent 1 before or behind are left out) in C or Fortran
/// order and either byte order: float16, float32, float64, integers of 8 to 64 bits.
NpyArray decode_npy(std::span<const std::byte> bytes, std::string_view name = "NPY");

/// Its values as float32.
Plane to_plane(NpyArray array);

/// An NPY of integers, each 0 to 65535.
Labels decode_npy_labels(std::span<const std::byte> bytes, std::string_view name = "NPY");

/// The array "depth" of an archive, or its only one; stored or deflated.
DepthFile decode_npz(std::span<const std::byte> bytes, std::string_view name = "NPZ");

struct GrayPng {
  Gray16 pixels;    ///< as stored: 8-bit files keep 0..255
  TextChunks text;  ///< tEXt and uncompressed or compressed iTXt/zTXt chunks
};

/// Grey or palette PNG of up to 16 bits; palette files give the indices. A file of ours whose text
/// says that it is anything else than `wanted` is refused by what it is.
GrayPng decode_png_gray(std::span<const std::byte> bytes, std::string_view name = "PNG",
                        std::optional<Content> wanted = std::nullopt);

/// TIFF with one sample per pixel, in strips or tiles: floats of 16, 32 or 64 bits, integers of 8
/// to 64.
DepthFile decode_tiff_depth(std::span<const std::byte> bytes, std::string_view name = "TIFF");

/// OpenEXR: the only channel, or Z or Y, or LAYER.Z or Depth.V, or equal R, G and B; half, float or
/// uint. The size is the display window's, with 0 where the file has no data.
DepthFile decode_exr(std::span<const std::byte> bytes, std::string_view name = "EXR");

/// Any of these by content; a file of ours that is no depth (origin.h) is refused.
DepthFile read_depth(const std::filesystem::path& path);

}  // namespace dpt::image
