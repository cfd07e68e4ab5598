#include "video/timeline.h"

#include <algorithm>
#include <cstdlib>

namespace dpt::video {

namespace {

constexpr int64_t most_forward = int64_t{10} * AV_TIME_BASE;
constexpr int64_t most_back = AV_TIME_BASE / 10;
constexpr int64_t most_reordered = AV_TIME_BASE;  // times of showing go back and forth
constexpr int64_t most_apart = AV_TIME_BASE;

bool goes_on(int64_t step, bool ordered) {
  return step >= -(ordered ? most_back : most_reordered) && step <= most_forward;
}

/// When a packet is decoded, which grows from one to the next, or else shown.
int64_t time_of(const AVPacket& packet, AVRational base) {
  const int64_t time = packet.dts == AV_NOPTS_VALUE ? packet.pts : packet.dts;
  return time == AV_NOPTS_VALUE ? time : av_rescale_q(time, base, AV_TIME_BASE_Q);
}

}  // namespace

bool Timeline::begins_anew(const AVPacket& packet, AVRational base) const {
  const auto stream = streams_.find(packet.stream_index);
  const int64_t time = time_of(packet, base);
  if (stream == streams_.end() || !stream->second.last || time == AV_NOPTS_VALUE) return false;
  return !goes_on(time - *stream->second.last, packet.dts != AV_NOPTS_VALUE);
}

int64_t Timeline::offset_for(const Stream& stream, int64_t time, int64_t shown, bool ordered) {
  if (!stream.last) return offset_;
  const int64_t step = time - *stream.last;
  if (goes_on(step, ordered)) return stream.offset;
  // Another stream may have come to the joint first; the streams of a part need not end together.
  const int64_t placed = step + offset_ - stream.offset;
  if (offset_ != stream.offset && goes_on(placed + most_apart, ordered)) return offset_;
  // Or only this stream had nothing for long.
  if (std::abs(shown + stream.offset - end_) < most_apart && step > 0) return stream.offset;
  offset_ = end_ - shown;
  return offset_;
}

void Timeline::place(AVPacket& packet, AVRational base) {
  if (!may_begin_anew_) return;
  Stream& stream = streams_[packet.stream_index];
  const int64_t time = time_of(packet, base);
  if (time != AV_NOPTS_VALUE) {
    const int64_t shown =
        packet.pts == AV_NOPTS_VALUE ? time : av_rescale_q(packet.pts, base, AV_TIME_BASE_Q);
    stream.offset = offset_for(stream, time, shown, packet.dts != AV_NOPTS_VALUE);
    stream.last = time;
    const int64_t length = av_rescale_q(packet.duration, base, AV_TIME_BASE_Q);
    end_ = std::max(end_, shown + stream.offset + length);
  }
  const int64_t offset = av_rescale_q(stream.offset, AV_TIME_BASE_Q, base);
  if (packet.pts != AV_NOPTS_VALUE) packet.pts += offset;
  if (packet.dts != AV_NOPTS_VALUE) packet.dts += offset;
}

}  // namespace dpt::video
