#include "video/av.h"

extern "C" {
#include <libavdevice/avdevice.h>
}

#include <array>

namespace dpt::video {

std::string av_error_text(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

int check(int code, const std::string& name, const char* action) {
  if (code >= 0) return code;
  if (code == AVERROR(ENOMEM)) fail(ErrorKind::resource, "{}: not enough memory", name);
  fail(ErrorKind::input, "{}: cannot {}: {}", name, action, av_error_text(code));
}

void prepare_ffmpeg() {
  static const bool done = [] {
    av_log_set_level(AV_LOG_QUIET);
    avdevice_register_all();
    avformat_network_init();
    return true;
  }();
  (void)done;
}

}  // namespace dpt::video
