// One line of time for a source whose clock begins anew in its middle. Only for this folder.
#pragma once

#include <map>
#include <optional>

#include "video/av.h"

namespace dpt::video {

/// Transport and program streams that were joined (`cat a.ts b.ts`) or recorded over a gap go on
/// with another clock. What follows is moved to where the part before it ended, sound and picture
/// by the same amount. Steps of up to ten seconds forward are the source's own, as FFmpeg's program
/// takes them.
class Timeline {
 public:
  /// `may_begin_anew`: the container is one whose clock may do that.
  explicit Timeline(bool may_begin_anew) : may_begin_anew_(may_begin_anew) {}

  /// With this packet, read after all that were placed, another clock begins.
  bool begins_anew(const AVPacket& packet, AVRational base) const;
  /// Moves the times of a packet, read after all before it, in units of `base`.
  void place(AVPacket& packet, AVRational base);

 private:
  struct Stream {
    std::optional<int64_t> last;  // as the source has it
    int64_t offset = 0;
  };

  /// `time` of decoding (`ordered`) or, without one, of showing, which is `shown`.
  int64_t offset_for(const Stream& stream, int64_t time, int64_t shown, bool ordered);

  // All in AV_TIME_BASE.
  bool may_begin_anew_;
  std::map<int, Stream> streams_;
  int64_t offset_ = 0;  // of the newest part
  int64_t end_ = 0;     // of all streams, placed
};

}  // namespace dpt::video
