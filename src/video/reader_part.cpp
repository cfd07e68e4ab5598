// A part of a source: where decoding begins for it, and its sound.
#include <cmath>
#include <set>

#include "video/reader_state.h"

namespace dpt::video {

std::optional<double> Reader::State::seconds_of(const AVPacket& read) const {
  const int64_t time = read.pts == AV_NOPTS_VALUE ? read.dts : read.pts;
  if (time == AV_NOPTS_VALUE) return std::nullopt;
  const AVRational base = input->streams[read.stream_index]->time_base;
  return static_cast<double>(time) * av_q2d(base) - static_cast<double>(begin) / AV_TIME_BASE;
}

void Reader::State::pass_sound(AVPacket& read) const {
  if (!sound_sink) return;
  const double time = seconds_of(read).value_or(cut.start());
  if (cut.is_before(time) || cut.is_after(time)) return;
  const AVRational base = input->streams[read.stream_index]->time_base;
  const int64_t start = begin + std::llround(cut.start() * AV_TIME_BASE);
  const int64_t offset = av_rescale_q(start, AV_TIME_BASE_Q, base);
  if (read.pts != AV_NOPTS_VALUE) read.pts -= offset;
  if (read.dts != AV_NOPTS_VALUE) read.dts -= offset;
  sound_sink(read);
}

void Reader::State::skip_to_start() {
  constexpr int most_bytes = 256 << 20;  // of a video that says of no packet that it can begin
  int bytes = 0;
  while (!stopped && bytes < most_bytes && read_placed() >= 0) {
    if (packet->stream_index != stream->index) {
      pass_sound(*packet);
      av_packet_unref(packet.get());
      continue;
    }
    const auto shown = seconds_of(*packet);
    // Containers without times of their own (AVI) say when a packet is decoded, not when it is
    // shown.
    const double margin = packet->pts == AV_NOPTS_VALUE ? 1 : 0;
    const bool is_early = shown && *shown + margin <= cut.start();
    if (is_early && (packet->flags & AV_PKT_FLAG_KEY) != 0) {
      held.clear();
      bytes = 0;
    }
    bytes += packet->size;
    const double decoded = packet->dts == AV_NOPTS_VALUE
                               ? shown.value_or(cut.start() + 1)
                               : static_cast<double>(packet->dts) * av_q2d(stream->time_base) -
                                     static_cast<double>(begin) / AV_TIME_BASE;
    held.emplace_back(allocated(av_packet_alloc()));
    av_packet_move_ref(held.back().get(), packet.get());
    // Frames are decoded before they are shown: all that follow are shown after the start.
    if (decoded > cut.start()) break;
  }
}

void Reader::State::read_last_sound() {
  constexpr double most_seconds = 10;  // by which sound comes after its pictures in a file
  if (!sound_sink) return;
  std::set<int> open;
  for (const AVStream* sound : sounds) open.insert(sound->index);
  while (!open.empty() && !stopped && read_placed() >= 0) {
    const auto time = seconds_of(*packet);
    const int index = packet->stream_index;
    const bool of_sound = index != stream->index;
    if (of_sound) pass_sound(*packet);
    av_packet_unref(packet.get());
    if (!time) continue;
    if (of_sound && cut.is_after(*time)) open.erase(index);
    if (!of_sound && cut.is_after(*time - most_seconds)) return;
  }
}

}  // namespace dpt::video
