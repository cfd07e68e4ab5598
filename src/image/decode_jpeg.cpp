// clang-format off
// jpeglib.h needs FILE and size_t before it, and jerror.h needs jpeglib.h.
#include <csetjmp>
#include <cstdio>
#include <string_view>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include "base/error.h"
#include "image/decoders.h"
#include "image/exif.h"

namespace dpt::image {

namespace {

/// A progressive file can hold any number of scans, each as slow as the whole picture.
constexpr int max_scans = 200;

/// Bytes for libjpeg; the largest progressive RGB picture needs 1.5 GiB of coefficients.
constexpr long max_memory = 1L << 31;

struct ErrorState {
  jpeg_error_mgr base;
  jpeg_progress_mgr progress;
  std::jmp_buf jump;
  char text[JMSG_LENGTH_MAX];
};

[[noreturn]] void leave(j_common_ptr info) {
  auto* state = static_cast<ErrorState*>(info->client_data);
  state->base.format_message(info, state->text);
  std::longjmp(state->jump, 1);
}

/// libjpeg goes on after damaged or missing data with invented pixels; here that is an error.
void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_NOT_SEQUENTIAL:
      leave(info);
    default:
      ++info->err->num_warnings;
  }
}

void on_progress(j_common_ptr info) {
  auto* state = static_cast<ErrorState*>(info->client_data);
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= max_scans) return;
  std::snprintf(state->text, sizeof(state->text), "has more than %d scans", max_scans);
  std::longjmp(state->jump, 1);
}

/// libjpeg reports errors by longjmp, so nothing with a destructor may live in the functions that
/// call it; each step is one function that returns whether it worked.
class JpegReader {
 public:
  explicit JpegReader(const Source& source) : source_(source) {
    info_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = leave;
    errors_.base.emit_message = on_message;
    errors_.progress = {};
    errors_.progress.progress_monitor = on_progress;
    info_.client_data = &errors_;
  }
  ~JpegReader() { jpeg_destroy_decompress(&info_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  Decoded decode() {
    if (!read_header()) report();
    check_size(info_.image_width, info_.image_height, source_.name);
    Decoded out;
    out.exif = exif();
    out.image = Image(static_cast<int>(info_.image_width), static_cast<int>(info_.image_height));
    const bool inks = info_.num_components == 4;
    Buffer<uint8_t> row(inks ? size_t{info_.image_width} * 4 : 0, "a row of a JPEG");
    const bool complete =
        inks ? read_cmyk(out.image.data(), row.data()) : read_rgb(out.image.data());
    if (!complete) report();
    return out;
  }

 private:
  [[noreturn]] void report() const {
    const int code = errors_.base.msg_code;
    if (code == JWRN_JPEG_EOF || code == JERR_INPUT_EOF || code == JWRN_HIT_MARKER) {
      fail(ErrorKind::input, "{}: the JPEG file ends too early or is damaged", source_.name);
    }
    fail(ErrorKind::input, "{}: cannot decode the JPEG file: {}", source_.name,
         printable(errors_.text));
  }

  bool read_header() {
    if (setjmp(errors_.jump) != 0) return false;
    jpeg_create_decompress(&info_);
    info_.progress = &errors_.progress;
    jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(source_.bytes.data()),
                 static_cast<unsigned long>(source_.bytes.size()));
    info_.mem->max_memory_to_use = max_memory;
    jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(&info_, TRUE);
    return true;
  }

  bool read_rgb(uint8_t* pixels) {
    if (setjmp(errors_.jump) != 0) return false;
    info_.out_color_space = JCS_RGB;
    info_.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&info_);
    while (info_.output_scanline < info_.output_height) {
      JSAMPROW row = pixels + size_t{info_.output_scanline} * info_.output_width * 3;
      jpeg_read_scanlines(&info_, &row, 1);
    }
    jpeg_finish_decompress(&info_);
    return true;
  }

  /// Inks, stored inverted as Adobe does, to RGB with OpenCV's integer formula.
  bool read_cmyk(uint8_t* pixels, uint8_t* inks) {
    if (setjmp(errors_.jump) != 0) return false;
    info_.out_color_space = JCS_CMYK;
    info_.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&info_);
    while (info_.output_scanline < info_.output_height) {
      uint8_t* out = pixels + size_t{info_.output_scanline} * info_.output_width * 3;
      JSAMPROW row = inks;
      jpeg_read_scanlines(&info_, &row, 1);
      for (JDIMENSION x = 0; x < info_.output_width; ++x) {
        const int black = inks[4 * x + 3];
        for (JDIMENSION c = 0; c < 3; ++c) {
          out[3 * x + c] = static_cast<uint8_t>(black - ((255 - inks[4 * x + c]) * black >> 8));
        }
      }
    }
    jpeg_finish_decompress(&info_);
    return true;
  }

  Exif exif() const {
    for (const auto* marker = info_.marker_list; marker != nullptr; marker = marker->next) {
      if (marker->marker != JPEG_APP0 + 1 || marker->data_length < 6) continue;
      if (std::string_view(reinterpret_cast<const char*>(marker->data), 4) != "Exif") continue;
      return read_exif(std::as_bytes(std::span(marker->data, marker->data_length)));
    }
    return {};
  }

  const Source& source_;
  ErrorState errors_{};
  jpeg_decompress_struct info_{};
};

}  // namespace

Decoded decode_jpeg(const Source& source) { return JpegReader(source).decode(); }

}  // namespace dpt::image
