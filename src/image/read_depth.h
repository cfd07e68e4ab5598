// Reading depth files back: PFM, NPY, NPZ, EXR, 16-bit PNG and float TIFF. Hostile input is an
// Error(input) that names the file, as in read.h, with the same limits.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <variant>

#include "image/image.h"
#include "image/write.h"

namespace dpt::image {

/// Grey PFM ("Pf") of either byte order; the scale's magnitude is ignored, as OpenCV and the
/// official script do.
Plane decode_pfm(std::span<const std::byte> bytes, std::string_view name = "PFM");

using NpyArray = std::variant<Plane, Grid<uint8_t>, Grid<uint16_t>>;

/// NPY 1.0 or 2.0: a C-ordered little-endian array of two axes (others of extent 1 in front are
/// accepted) with float32, float64 (rounded to float32), uint8 or uint16 elements.
NpyArray decode_npy(std::span<const std::byte> bytes, std::string_view name = "NPY");

/// The array "depth" of an archive, or its only one; stored or deflated.
NpyArray decode_npz(std::span<const std::byte> bytes, std::string_view name = "NPZ");

struct GrayPng {
  Gray16 pixels;    ///< as stored: 8-bit files keep 0..255
  TextChunks text;  ///< tEXt and uncompressed or compressed iTXt/zTXt chunks
};

/// Grey or palette PNG of up to 16 bits; palette files give the indices.
GrayPng decode_png_gray(std::span<const std::byte> bytes, std::string_view name = "PNG");

/// TIFF with one float32 sample per pixel, in strips or tiles.
Plane decode_tiff_float(std::span<const std::byte> bytes, std::string_view name = "TIFF");

struct DepthFile {
  Plane values;     ///< what the file stores; for PNG the codes, see depth_codes.h
  TextChunks text;  ///< of a PNG, text attributes of an EXR
};

/// The only channel of an OpenEXR file, or Z or Y of several; 16 or 32 bits.
DepthFile decode_exr(std::span<const std::byte> bytes, std::string_view name = "EXR");

/// Any of these by content.
DepthFile read_depth(const std::filesystem::path& path);

}  // namespace dpt::image
