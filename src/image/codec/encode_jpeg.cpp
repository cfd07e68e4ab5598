// clang-format off
// jpeglib.h needs FILE and size_t before it, and jerror.h needs jpeglib.h.
#include <csetjmp>
#include <cstdio>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "image/codec/encode_picture.h"

namespace dpt::image {

namespace {

struct ErrorState {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  char text[JMSG_LENGTH_MAX];
};

[[noreturn]] void leave(j_common_ptr info) {
  auto* state = static_cast<ErrorState*>(info->client_data);
  state->base.format_message(info, state->text);
  std::longjmp(state->jump, 1);
}

/// libjpeg reports errors by longjmp, so nothing with a destructor may live in write(), which calls
/// it.
class JpegWriter {
 public:
  JpegWriter() {
    info_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = leave;
    info_.client_data = &errors_;
  }
  ~JpegWriter() {
    jpeg_destroy_compress(&info_);
    std::free(bytes_);
  }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  Bytes encode(const ImageView& image, int quality) {
    std::vector<uint8_t> row(static_cast<size_t>(image.width) * 3);
    if (!write(image, quality, row.data())) {
      const ErrorKind kind =
          errors_.base.msg_code == JERR_OUT_OF_MEMORY ? ErrorKind::resource : ErrorKind::usage;
      fail(kind, "cannot encode the JPEG: {}", printable(errors_.text));
    }
    const auto* begin = reinterpret_cast<const std::byte*>(bytes_);
    return {begin, begin + size_};
  }

 private:
  bool write(const ImageView& image, int quality, uint8_t* row) {
    if (setjmp(errors_.jump) != 0) return false;
    jpeg_create_compress(&info_);
    jpeg_mem_dest(&info_, &bytes_, &size_);
    info_.image_width = static_cast<JDIMENSION>(image.width);
    info_.image_height = static_cast<JDIMENSION>(image.height);
    info_.input_components = 3;
    info_.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info_);
    jpeg_set_quality(&info_, quality, TRUE);
    info_.dct_method = JDCT_ISLOW;
    // Colour at full size: what these pictures show is edges between colours.
    for (int i = 0; i < info_.num_components; ++i) {
      info_.comp_info[i].h_samp_factor = 1;
      info_.comp_info[i].v_samp_factor = 1;
    }
    jpeg_start_compress(&info_, TRUE);
    for (int y = 0; y < image.height; ++y) {
      copy_row_as_rgb(image, y, row);
      JSAMPROW line = row;
      jpeg_write_scanlines(&info_, &line, 1);
    }
    jpeg_finish_compress(&info_);
    return true;
  }

  jpeg_compress_struct info_{};
  ErrorState errors_{};
  unsigned char* bytes_ = nullptr;
  unsigned long size_ = 0;
};

}  // namespace

Bytes encode_jpeg(const ImageView& image, int quality) {
  check_view(image);
  if (quality < 1 || quality > 100) {
    fail(ErrorKind::usage, "JPEG quality {}, expected 1 to 100", quality);
  }
  return JpegWriter().encode(image, quality);
}

}  // namespace dpt::image
