// clang-format off
// jpeglib.h needs FILE and size_t before it, and jerror.h needs jpeglib.h.
#include <csetjmp>
#include <cstdio>
#include <string_view>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <algorithm>
#include <array>

#include "base/error.h"
#include "image/codec/decoders.h"
#include "image/codec/exif.h"

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
  bool ended = false;               ///< the file ended before its end marker
  unsigned scanned_components = 0;  ///< one bit for each that a scan has had
};

ErrorState& state_of(j_common_ptr info) { return *static_cast<ErrorState*>(info->client_data); }

[[noreturn]] void leave(j_common_ptr info) {
  ErrorState& state = state_of(info);
  state.base.format_message(info, state.text);
  std::longjmp(state.jump, 1);
}

bool never(const jpeg_decompress_struct&) { return false; }
bool always(const jpeg_decompress_struct&) { return true; }

/// A restart marker says how many blocks stand before it: bytes left over mean that some of them
/// were misread. Before any other marker they are filling, or none of a picture's blocks.
bool before_restart(const jpeg_decompress_struct& info) {
  const int marker = info.err->msg_parm.i[1];
  return marker >= JPEG_RST0 && marker <= JPEG_RST0 + 7;
}

/// A scan that refines what no scan has brought, but for the order of first scans, which is free.
bool unless_first_scan(const jpeg_decompress_struct& info) { return info.Ah != 0; }

/// An arithmetic decoder goes on with zeros behind the end, and cannot tell whether they are meant.
bool if_arithmetic(const jpeg_decompress_struct& info) { return info.arith_code != FALSE; }

struct Warning {
  int code;
  bool (*loses_pixels)(const jpeg_decompress_struct& info);
};

/// What libjpeg warns of before it goes on, and whether it goes on with invented pixels.
constexpr std::array<Warning, 10> warnings = {{
    // Versions that nothing here depends on.
    {JWRN_JFIF_MAJOR, never},
    // Adobe's number of a colour transform that nobody defined: taken for YCbCr or YCCK.
    {JWRN_ADOBE_XFORM, never},
    // Fields of a sequential scan that only progressive ones use; some phones leave zeros there.
    {JWRN_NOT_SEQUENTIAL, never},
    {JWRN_EXTRANEOUS_DATA, before_restart},
    {JWRN_BOGUS_PROGRESSION, unless_first_scan},
    // Told when the reader comes to the file's end, also when it only looks ahead; codes that are
    // missed are JWRN_HIT_MARKER, whole scans that are missed are found by check_scans.
    {JWRN_JPEG_EOF, if_arithmetic},
    // Codes are missing: the rest of the scan, or up to the next restart marker, would be grey.
    {JWRN_HIT_MARKER, always},
    // No such code: what follows in this scan or restart interval is noise.
    {JWRN_HUFF_BAD_CODE, always},
    {JWRN_ARITH_BAD_CODE, always},
    // Restart markers out of order: whole intervals are missing.
    {JWRN_MUST_RESYNC, always},
}};

void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  const auto& jpeg = *reinterpret_cast<j_decompress_ptr>(info);
  const int code = info->err->msg_code;
  if (code == JWRN_JPEG_EOF) state_of(info).ended = true;
  const auto* known = std::find_if(warnings.begin(), warnings.end(),
                                   [&](const Warning& warning) { return warning.code == code; });
  if (known == warnings.end() || known->loses_pixels(jpeg)) leave(info);
}

void on_progress(j_common_ptr info) {
  ErrorState& state = state_of(info);
  const auto& jpeg = *reinterpret_cast<j_decompress_ptr>(info);
  for (int i = 0; i < jpeg.comps_in_scan; ++i) {
    state.scanned_components |= 1U << jpeg.cur_comp_info[i]->component_index;
  }
  if (jpeg.input_scan_number <= max_scans) return;
  std::snprintf(state.text, sizeof(state.text), "has more than %d scans", max_scans);
  std::longjmp(state.jump, 1);
}

/// The file without the zeros at its end, where a full card or a broken download left them in place
/// of the rest: the decoder would take them for codes. The one that belongs to a coded 0xFF stays.
std::span<const std::byte> without_zero_tail(std::span<const std::byte> bytes) {
  size_t size = bytes.size();
  while (size > 0 && bytes[size - 1] == std::byte{0}) --size;
  const bool is_coded = size > 0 && size < bytes.size() && bytes[size - 1] == std::byte{0xFF};
  return bytes.first(is_coded ? size + 1 : size);
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
    if (errors_.ended || errors_.base.msg_code == JWRN_HIT_MARKER) {
      fail(ErrorKind::input, "{}: the JPEG file ends too early or is damaged", source_.name);
    }
    fail(ErrorKind::input, "{}: cannot decode the JPEG file: {}", source_.name,
         printable(errors_.text));
  }

  bool read_header() {
    if (setjmp(errors_.jump) != 0) return false;
    jpeg_create_decompress(&info_);
    info_.progress = &errors_.progress;
    const std::span<const std::byte> bytes = without_zero_tail(source_.bytes);
    jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes.data()),
                 static_cast<unsigned long>(bytes.size()));
    info_.mem->max_memory_to_use = max_memory;
    jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(&info_, TRUE);
    return true;
  }

  /// Leaves unless each component has been scanned and, in a progressive file, each coefficient
  /// refined to its last bit: where bits are missing, libjpeg smooths what it has. That an end
  /// marker follows proves nothing, since those who mend cut files add one.
  void check_scans() {
    const int components = info_.num_components;
    bool complete = true;
    if (info_.progressive_mode) {
      for (int component = 0; component < components; ++component) {
        const int* low_bits = info_.coef_bits[component];  // -1: never scanned
        complete = complete && std::all_of(low_bits, low_bits + DCTSIZE2,
                                           [](int low_bit) { return low_bit == 0; });
      }
    } else if (jpeg_has_multiple_scans(&info_)) {
      complete = errors_.scanned_components == (1U << components) - 1;
    }
    if (complete) return;
    std::snprintf(errors_.text, sizeof(errors_.text), "scans are missing");
    std::longjmp(errors_.jump, 1);
  }

  /// All pixels; what follows them in the file decides nothing.
  bool read_rgb(uint8_t* pixels) {
    if (setjmp(errors_.jump) != 0) return false;
    info_.out_color_space = JCS_RGB;
    info_.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&info_);
    check_scans();
    while (info_.output_scanline < info_.output_height) {
      JSAMPROW row = pixels + size_t{info_.output_scanline} * info_.output_width * 3;
      jpeg_read_scanlines(&info_, &row, 1);
    }
    return true;
  }

  /// Inks, stored inverted as Adobe does, to RGB with OpenCV's integer formula.
  bool read_cmyk(uint8_t* pixels, uint8_t* inks) {
    if (setjmp(errors_.jump) != 0) return false;
    info_.out_color_space = JCS_CMYK;
    info_.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&info_);
    check_scans();
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
