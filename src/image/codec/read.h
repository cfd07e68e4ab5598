// Reading pictures: JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP and PNM, with the pixels that
// cv2.imread(path, IMREAD_COLOR) gives.
//
// Grey is replicated, palettes are expanded, alpha is dropped (not blended), 16-bit samples keep
// their upper byte (in TIFF files they are rounded, and unassociated alpha is multiplied in, since
// OpenCV leaves both to libtiff), CMYK and YCCK JPEGs are converted as OpenCV does. Unlike OpenCV,
// a file that ends too early or is damaged is an error and never half a picture.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/image.h"

namespace dpt::image {

struct ReadOptions {
  /// Turns and mirrors the picture as its EXIF orientation (JPEG APP1, PNG eXIf, WebP EXIF, TIFF
  /// tag 274) says.
  bool apply_exif_orientation = true;
};

/// Largest file that is read.
inline constexpr size_t max_file_bytes = size_t{1} << 31;

/// The formats that read() knows, for messages: "JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP, PNM".
std::string_view readable_formats();

/// HEIC and AVIF need a library that may be missing.
bool can_read_heif();

/// A picture and what its file says of the camera.
struct Photograph {
  Image image;
  double focal_35mm = 0;  ///< focal length in mm of the same angle on 35 mm film; 0: unknown
  /// What whoever named this file should know, a line each that begins with its name: a result of
  /// this program, a picture that is nearly black as it is read, bytes that are not read.
  std::vector<std::string> notes{};
};

/// As read() and decode(); "-" is standard input.
Photograph read_photograph(const std::filesystem::path& path, const ReadOptions& options = {});
Photograph decode_photograph(std::span<const std::byte> bytes, const ReadOptions& options = {},
                             std::string_view name = "picture");

/// Reads a picture; the content decides the format, not the name. Throws Error(input), one line
/// that names the file and says what is wrong with it; Error(resource) without memory.
Image read(const std::filesystem::path& path, const ReadOptions& options = {});

/// The same from memory. `name` begins the text of errors.
Image decode(std::span<const std::byte> bytes, const ReadOptions& options = {},
             std::string_view name = "picture");

}  // namespace dpt::image
