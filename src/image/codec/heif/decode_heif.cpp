// HEIC and AVIF by libheif, which is loaded when the first such picture comes: with its codecs it
// is larger than this program.
#include <dlfcn.h>
#include <libheif/heif.h>

#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "image/codec/byte_reader.h"
#include "image/codec/decoders.h"
#include "image/codec/exif.h"
#include "image/codec/heif/recover_yuv.h"
#include "image/codec/heif/yuv_to_rgb.h"
#include "image/codec/picture_kind.h"
#include "image/codec/read.h"

namespace dpt::image {

namespace {

constexpr const char* library_name = "libheif.so.1";

/// The functions that are used, by their own names.
struct Library {
  decltype(&heif_context_alloc) context_alloc = nullptr;
  decltype(&heif_context_free) context_free = nullptr;
  decltype(&heif_context_read_from_memory_without_copy) read_from_memory = nullptr;
  decltype(&heif_context_get_primary_image_handle) get_primary = nullptr;
  decltype(&heif_image_handle_release) handle_release = nullptr;
  decltype(&heif_image_handle_get_width) get_width = nullptr;
  decltype(&heif_image_handle_get_height) get_height = nullptr;
  decltype(&heif_image_handle_get_list_of_metadata_block_IDs) get_metadata_ids = nullptr;
  decltype(&heif_image_handle_get_metadata_size) get_metadata_size = nullptr;
  decltype(&heif_image_handle_get_metadata) get_metadata = nullptr;
  decltype(&heif_decode_image) decode_image = nullptr;
  decltype(&heif_image_get_plane_readonly) get_plane = nullptr;
  decltype(&heif_image_get_width) image_width = nullptr;
  decltype(&heif_image_get_height) image_height = nullptr;
  decltype(&heif_image_release) image_release = nullptr;
  decltype(&heif_image_get_colorspace) get_colorspace = nullptr;
  decltype(&heif_image_get_chroma_format) get_chroma_format = nullptr;
  decltype(&heif_image_get_bits_per_pixel_range) get_depth = nullptr;
  decltype(&heif_image_get_nclx_color_profile) get_coding = nullptr;
  decltype(&heif_image_handle_get_nclx_color_profile) get_coding_of_handle = nullptr;
  decltype(&heif_nclx_color_profile_free) coding_free = nullptr;
  bool complete = true;

  Library() {
    void* handle = ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
      complete = false;
      return;
    }
    const auto find = [&](auto& function, const char* name) {
      function =
          reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(handle, name));
      complete = complete && function != nullptr;
    };
    find(context_alloc, "heif_context_alloc");
    find(context_free, "heif_context_free");
    find(read_from_memory, "heif_context_read_from_memory_without_copy");
    find(get_primary, "heif_context_get_primary_image_handle");
    find(handle_release, "heif_image_handle_release");
    find(get_width, "heif_image_handle_get_width");
    find(get_height, "heif_image_handle_get_height");
    find(get_metadata_ids, "heif_image_handle_get_list_of_metadata_block_IDs");
    find(get_metadata_size, "heif_image_handle_get_metadata_size");
    find(get_metadata, "heif_image_handle_get_metadata");
    find(decode_image, "heif_decode_image");
    find(get_plane, "heif_image_get_plane_readonly");
    find(image_width, "heif_image_get_width");
    find(image_height, "heif_image_get_height");
    find(image_release, "heif_image_release");
    find(get_colorspace, "heif_image_get_colorspace");
    find(get_chroma_format, "heif_image_get_chroma_format");
    find(get_depth, "heif_image_get_bits_per_pixel_range");
    find(get_coding, "heif_image_get_nclx_color_profile");
    find(get_coding_of_handle, "heif_image_handle_get_nclx_color_profile");
    find(coding_free, "heif_nclx_color_profile_free");
  }
};

const Library& library() {
  static const Library loaded;
  return loaded;
}

struct Free {
  void operator()(heif_context* p) const { library().context_free(p); }
  void operator()(heif_image_handle* p) const { library().handle_release(p); }
  void operator()(heif_image* p) const { library().image_release(p); }
  void operator()(heif_color_profile_nclx* p) const { library().coding_free(p); }
};

void check(const heif_error& error, const Source& source) {
  if (error.code == heif_error_Ok) return;
  if (error.code == heif_error_Memory_allocation_error) {
    fail(ErrorKind::resource, "{}: not enough memory", source.name);
  }
  fail(ErrorKind::input, "{}: the HEIC or AVIF file is damaged or of an unknown kind: {}",
       source.name, printable(error.message == nullptr ? "" : error.message));
}

/// The Exif block begins with the offset of its TIFF structure.
Exif exif_of(const heif_image_handle* handle) {
  const Library& heif = library();
  heif_item_id id = 0;
  if (heif.get_metadata_ids(handle, "Exif", &id, 1) != 1) return {};
  std::vector<std::byte> block(heif.get_metadata_size(handle, id));
  if (block.size() <= 4 || heif.get_metadata(handle, id, block.data()).code != heif_error_Ok) {
    return {};
  }
  return read_exif(std::span(block).subspan(4));
}

using HeifImage = std::unique_ptr<heif_image, Free>;

HeifImage decode(const heif_image_handle* handle, heif_colorspace space, heif_chroma chroma,
                 const Source& source) {
  heif_image* decoded = nullptr;
  check(library().decode_image(handle, &decoded, space, chroma, nullptr), source);
  return HeifImage(decoded);
}

[[noreturn]] void fail_damaged(const Source& source) {
  fail(ErrorKind::input, "{}: the HEIC or AVIF file is damaged", source.name);
}

/// As libheif converts them, which takes the nearest sample of chroma.
Image rgb_by_libheif(const heif_image_handle* handle, const Source& source) {
  const Library& heif = library();
  const HeifImage pixels = decode(handle, heif_colorspace_RGB, heif_chroma_interleaved_RGB, source);
  int stride = 0;
  const uint8_t* plane = heif.get_plane(pixels.get(), heif_channel_interleaved, &stride);
  const int width = heif.image_width(pixels.get(), heif_channel_interleaved);
  const int height = heif.image_height(pixels.get(), heif_channel_interleaved);
  check_size(width, height, source.name);
  if (plane == nullptr || stride < 3 * width) fail_damaged(source);
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    std::memcpy(image.row(y), plane + ptrdiff_t{y} * stride, static_cast<size_t>(image.stride()));
  }
  return image;
}

/// How the pictures of an AVIF file hold chroma, by the av1C boxes in its meta box; nothing where
/// they differ. Those without chroma are alpha and the like beside any that have it.
std::optional<heif_chroma> av1_chroma(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  size_t at = 0;
  size_t end = 0;  // of the meta box
  while (end == 0) {
    if (bytes.size() - at < 8) return {};
    const size_t size = load_u32(bytes, at, true);
    if (size < 8 || size > bytes.size() - at) return {};
    if (text.substr(at + 4, 4) == "meta") {
      end = at + size;
    } else {
      at += size;
    }
  }
  std::optional<heif_chroma> found;
  while ((at = text.find("av1C", at + 4)) < end && end - at >= 8) {
    const auto bits = std::to_integer<unsigned>(bytes[at + 6]);
    heif_chroma chroma = heif_chroma_444;
    if ((bits & 0x10U) != 0) {
      chroma = heif_chroma_monochrome;
    } else if ((bits & 0x08U) != 0) {
      chroma = (bits & 0x04U) != 0 ? heif_chroma_420 : heif_chroma_422;
    }
    if (!found || *found == heif_chroma_monochrome) {
      found = chroma;
    } else if (chroma != *found && chroma != heif_chroma_monochrome) {
      return {};
    }
  }
  return found;
}

struct Coding {
  YuvMatrix matrix = YuvMatrix::bt601;
  bool full_range = true;
};

/// As the file or, where it does not say, the coded picture has it; nothing for a matrix that
/// to_rgb() does not have and where nothing is said.
std::optional<Coding> coding_of(const heif_image_handle* handle, const heif_image* pixels) {
  const Library& heif = library();
  heif_color_profile_nclx* found = nullptr;
  if (heif.get_coding_of_handle(handle, &found).code != heif_error_Ok || found == nullptr) {
    if (heif.get_coding(pixels, &found).code != heif_error_Ok || found == nullptr) return {};
  }
  const std::unique_ptr<heif_color_profile_nclx, Free> coding(found);
  const bool full_range = coding->full_range_flag != 0;
  switch (static_cast<int>(coding->matrix_coefficients)) {
    case heif_matrix_coefficients_ITU_R_BT_709_5:
      return Coding{YuvMatrix::bt709, full_range};
    case heif_matrix_coefficients_ITU_R_BT_2020_2_non_constant_luminance:
      return Coding{YuvMatrix::bt2020, full_range};
    case heif_matrix_coefficients_unspecified:
    case heif_matrix_coefficients_ITU_R_BT_470_6_System_B_G:
    case heif_matrix_coefficients_ITU_R_BT_601_6:
      return Coding{YuvMatrix::bt601, full_range};
    default:
      return {};
  }
}

/// One plane, checked to hold `width` x `height` samples of `depth` bits.
YuvPicture::Plane plane_of(const heif_image* pixels, heif_channel channel, int width, int height,
                           int depth, const Source& source) {
  const Library& heif = library();
  int stride = 0;
  const uint8_t* data = heif.get_plane(pixels, channel, &stride);
  if (data == nullptr || depth < 8 || depth > 16 || heif.get_depth(pixels, channel) != depth ||
      heif.image_width(pixels, channel) < width || heif.image_height(pixels, channel) < height ||
      stride < (depth > 8 ? 2 * width : width)) {
    fail_damaged(source);
  }
  return {data, stride};
}

Image from_yuv(const heif_image* pixels, heif_chroma chroma, Coding coding, const Source& source) {
  const Library& heif = library();
  YuvPicture picture;
  picture.matrix = coding.matrix;
  picture.full_range = coding.full_range;
  picture.is_gray = chroma == heif_chroma_monochrome;
  picture.half_width = chroma == heif_chroma_420 || chroma == heif_chroma_422;
  picture.half_height = chroma == heif_chroma_420;
  constexpr std::array channels = {heif_channel_Y, heif_channel_Cb, heif_channel_Cr};
  picture.width = heif.image_width(pixels, channels[0]);
  picture.height = heif.image_height(pixels, channels[0]);
  check_size(picture.width, picture.height, source.name);
  picture.depth = heif.get_depth(pixels, channels[0]);
  for (size_t i = 0; i < (picture.is_gray ? 1 : channels.size()); ++i) {
    const bool is_halved = i > 0 && picture.half_width;
    const int width = is_halved ? (picture.width + 1) / 2 : picture.width;
    const int height = i > 0 && picture.half_height ? (picture.height + 1) / 2 : picture.height;
    picture.planes[i] = plane_of(pixels, channels[i], width, height, picture.depth, source);
  }
  return to_rgb(picture);
}

Image from_rgb(const heif_image* pixels, heif_chroma chroma, Coding coding, const Source& source) {
  const Library& heif = library();
  RgbPlanes rgb;
  rgb.matrix = coding.matrix;
  rgb.full_range = coding.full_range;
  rgb.half_width = chroma == heif_chroma_420 || chroma == heif_chroma_422;
  rgb.half_height = chroma == heif_chroma_420;
  constexpr std::array channels = {heif_channel_R, heif_channel_G, heif_channel_B};
  rgb.width = heif.image_width(pixels, channels[0]);
  rgb.height = heif.image_height(pixels, channels[0]);
  check_size(rgb.width, rgb.height, source.name);
  rgb.depth = heif.get_depth(pixels, channels[0]);
  for (size_t i = 0; i < channels.size(); ++i) {
    rgb.planes[i] = plane_of(pixels, channels[i], rgb.width, rgb.height, rgb.depth, source);
  }
  return to_rgb(RecoveredYuv(rgb).picture());
}

/// As OpenCV makes RGB of AVIF; nothing where libheif's RGB is to be taken.
std::optional<Image> avif_pixels(const heif_image_handle* handle, const Source& source) {
  const Library& heif = library();
  const std::optional<heif_chroma> coded = av1_chroma(source.bytes);
  if (!coded) return {};
  const HeifImage pixels = decode(handle, heif_colorspace_undefined, heif_chroma_undefined, source);
  const auto coding = coding_of(handle, pixels.get());
  if (!coding) return {};
  const heif_chroma chroma = heif.get_chroma_format(pixels.get());
  switch (heif.get_colorspace(pixels.get())) {
    case heif_colorspace_YCbCr:
    case heif_colorspace_monochrome:
      if (chroma != *coded) return {};
      return from_yuv(pixels.get(), chroma, *coding, source);
    case heif_colorspace_RGB:
      if (chroma != heif_chroma_444 || *coded == heif_chroma_monochrome) return {};
      return from_rgb(pixels.get(), *coded, *coding, source);
    default:
      return {};
  }
}

Image pixels_of(const heif_image_handle* handle, const Source& source) {
  if (kind_of(source.bytes) == PictureKind::avif) {
    if (auto image = avif_pixels(handle, source)) return std::move(*image);
  }
  return rgb_by_libheif(handle, source);
}

}  // namespace

bool can_read_heif() { return library().complete; }

Decoded decode_heif(const Source& source) {
  const Library& heif = library();
  if (!heif.complete) {
    fail(ErrorKind::input, "{}: is a HEIC or AVIF picture, which needs {} (Debian: libheif1)",
         source.name, library_name);
  }
  const std::unique_ptr<heif_context, Free> context(heif.context_alloc());
  if (context == nullptr) fail(ErrorKind::resource, "{}: not enough memory", source.name);
  check(heif.read_from_memory(context.get(), source.bytes.data(), source.bytes.size(), nullptr),
        source);
  heif_image_handle* primary = nullptr;
  check(heif.get_primary(context.get(), &primary), source);
  const std::unique_ptr<heif_image_handle, Free> handle(primary);
  check_size(heif.get_width(primary), heif.get_height(primary), source.name);
  Decoded out;
  out.image = pixels_of(primary, source);
  out.exif = exif_of(primary);
  out.exif.orientation = 1;  // the file's own turns and mirrors have been applied
  return out;
}

}  // namespace dpt::image
