// What a Reader holds: FFmpeg's objects, and where in the source it is. Only for this folder.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "video/av.h"
#include "video/cut.h"
#include "video/file_end.h"
#include "video/pictures.h"
#include "video/pixels.h"
#include "video/reader.h"
#include "video/timeline.h"

namespace dpt::video {

/// What FFmpeg is to be told about a source.
struct Request {
  std::string name;
  std::string format;  ///< empty: by content
  std::map<std::string, std::string> options;
};

struct Reader::State {
  std::string name;
  std::atomic<bool> stopped{false};
  AVFormatContext* input = nullptr;
  CodecContext decoder;
  AVStream* stream = nullptr;
  std::vector<AVStream*> sounds;
  int orientation = 1;
  std::optional<ToRgb> to_rgb;
  std::optional<PictureSequence> pictures;  // instead of FFmpeg
  VideoInfo info;
  PacketPtr packet{allocated(av_packet_alloc())};
  FramePtr frame{allocated(av_frame_alloc())};
  std::deque<PacketPtr> ahead;  // read, but not used yet
  std::function<void(const AVPacket&)> sound_sink;
  bool draining = false;
  int64_t damaged = 0;
  std::string broken_off;
  int64_t begin = 0;  // when the source begins, in AV_TIME_BASE
  std::optional<int64_t> last_time;
  FileEnd file_end;
  std::optional<Timeline> timeline;
  Cut cut;
  bool skipped = false;               // what lies before the part that is wanted
  std::deque<PacketPtr> held;         // of the video, to be decoded before others are read
  std::optional<double> packet_time;  // of the last packet, in seconds from the beginning

  explicit State(const ReaderOptions& options) : cut(options.start, options.duration) {}
  ~State() { avformat_close_input(&input); }

  void open(const Request& request);
  void open_decoder();
  /// The video's tracks of sound; nothing else is read.
  void choose_sounds();
  void fill_info();
  /// Until each track of sound has a packet.
  void look_ahead();
  bool read_one_ahead();
  /// Another part of a joined stream begins within the next two frames: with one that needs none
  /// before it, and with another clock unless the decoder sees by itself what is missing.
  bool joint_follows();
  /// The next packet into `packet`.
  int read_packet();
  /// The next packet, at its place in time. Its flag says whether something is missing in it.
  int read_placed();
  /// Gives the decoder one more packet, or the end of the source.
  void feed();
  void decode(AVPacket& read);
  void pass_sound(AVPacket& read) const;
  std::optional<double> seconds_of(const AVPacket& read) const;
  /// Holds the video's packets from the last one before the start with which decoding can begin.
  void skip_to_start();
  /// Reads on after the last frame that is wanted: its sound may come later in the file.
  void read_last_sound();
  /// What happens before the start is of no interest.
  void count_damage();
  int64_t time_of(const AVFrame& decoded);
};

}  // namespace dpt::video
