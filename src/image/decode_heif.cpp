// HEIC and AVIF by libheif, which is loaded when the first such picture comes: with its codecs it
// is larger than this program.
#include <dlfcn.h>
#include <libheif/heif.h>

#include <cstring>
#include <memory>
#include <vector>

#include "base/error.h"
#include "image/decoders.h"
#include "image/exif.h"
#include "image/read.h"

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
  heif_image* decoded = nullptr;
  check(heif.decode_image(primary, &decoded, heif_colorspace_RGB, heif_chroma_interleaved_RGB,
                          nullptr),
        source);
  const std::unique_ptr<heif_image, Free> pixels(decoded);
  int stride = 0;
  const uint8_t* plane = heif.get_plane(decoded, heif_channel_interleaved, &stride);
  const int width = heif.image_width(decoded, heif_channel_interleaved);
  const int height = heif.image_height(decoded, heif_channel_interleaved);
  check_size(width, height, source.name);
  if (plane == nullptr || stride < 3 * width) {
    fail(ErrorKind::input, "{}: the HEIC or AVIF file is damaged", source.name);
  }
  Decoded out;
  out.exif = exif_of(primary);
  out.exif.orientation = 1;  // the file's own turns and mirrors have been applied
  out.image = Image(width, height);
  for (int y = 0; y < height; ++y) {
    std::memcpy(out.image.row(y), plane + ptrdiff_t{y} * stride,
                static_cast<size_t>(out.image.stride()));
  }
  return out;
}

}  // namespace dpt::image
