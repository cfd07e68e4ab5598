#include "video/sound/tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "video/sound/fit.h"

namespace dpt::video {

SoundTracks::SoundTracks(const Reader& reader, AVFormatContext& output,
                         const AVCodecParameters& video)
    : output_(output), video_(video) {
  for (const AVStream* from : reader.sounds()) add(*from, reader.first_packets(*from));
}

void SoundTracks::add(const AVStream& from, const std::vector<const AVPacket*>& packets) {
  if (add_copied(from, packets)) return;
  const std::string codec = avcodec_get_name(from.codecpar->codec_id);
  if (add_converted(from)) {
    const AVCodecID to = tracks_.back().to->codecpar->codec_id;
    notes_.push_back(
        fmt::format("cannot hold {} sound; it is converted to {}", codec, avcodec_get_name(to)));
  } else {
    notes_.push_back(fmt::format("cannot hold {} sound; it is left out", codec));
  }
}

std::vector<const AVCodecParameters*> SoundTracks::streams() const {
  std::vector<const AVCodecParameters*> all = {&video_};
  for (const Track& track : tracks_) all.push_back(track.to->codecpar);
  return all;
}

AVStream* SoundTracks::add_stream(const AVStream& from) {
  AVStream* to = allocated(avformat_new_stream(&output_, nullptr));
  to->disposition = from.disposition;
  for (const char* key : {"language", "title"}) {
    const AVDictionaryEntry* entry = av_dict_get(from.metadata, key, nullptr, 0);
    if (entry != nullptr) av_dict_set(&to->metadata, key, entry->value, 0);
  }
  return to;
}

bool SoundTracks::add_copied(const AVStream& from, const std::vector<const AVPacket*>& packets) {
  const std::vector<const AVCodecParameters*> beside = streams();
  if (!takes_sound(*output_.oformat, beside, *from.codecpar, from.time_base, packets)) return false;
  AVStream* to = add_stream(from);
  check(avcodec_parameters_copy(to->codecpar, from.codecpar), "sound", "be written");
  to->codecpar->codec_tag = 0;
  to->time_base = from.time_base;
  tracks_.push_back({&from, to, std::nullopt, std::nullopt});
  return true;
}

bool SoundTracks::add_converted(const AVStream& from) {
  const std::vector<const AVCodecParameters*> beside = streams();
  const bool global_header = (output_.oformat->flags & AVFMT_GLOBALHEADER) != 0;
  const std::array<AVCodecID, 6> usual = {output_.oformat->audio_codec,
                                          AV_CODEC_ID_AAC,
                                          AV_CODEC_ID_MP3,
                                          AV_CODEC_ID_AC3,
                                          AV_CODEC_ID_FLAC,
                                          AV_CODEC_ID_PCM_S16LE};
  for (const AVCodecID id : usual) {
    const AVCodec* codec = id == AV_CODEC_ID_NONE ? nullptr : avcodec_find_encoder(id);
    if (codec == nullptr) continue;
    std::optional<SoundConverter> converter = SoundConverter::open(from, *codec, global_header);
    if (!converter) continue;
    const AVCodecContext& encoder = converter->encoder();
    const ParametersPtr made(allocated(avcodec_parameters_alloc()));
    check(avcodec_parameters_from_context(made.get(), &encoder), "sound", "be converted");
    if (!takes_sound(*output_.oformat, beside, *made, encoder.time_base, {})) continue;
    AVStream* to = add_stream(from);
    check(avcodec_parameters_copy(to->codecpar, made.get()), "sound", "be converted");
    to->time_base = encoder.time_base;
    tracks_.push_back({&from, to, std::move(converter), std::nullopt});
    return true;
  }
  return false;
}

void SoundTracks::write(const AVPacket& packet, const Sink& sink) {
  for (Track& track : tracks_) {
    if (track.from->index != packet.stream_index) continue;
    if (track.converter) {
      const AVRational base = track.converter->encoder().time_base;
      track.converter->convert(packet, [&](AVPacket& made) { put(track, made, base, sink); });
      return;
    }
    const PacketPtr copy(allocated(av_packet_clone(&packet)));
    put(track, *copy, track.from->time_base, sink);
    return;
  }
}

void SoundTracks::finish(const Sink& sink) {
  for (Track& track : tracks_) {
    if (!track.converter) continue;
    const AVRational base = track.converter->encoder().time_base;
    track.converter->finish([&](AVPacket& made) { put(track, made, base, sink); });
  }
}

void SoundTracks::put(Track& track, AVPacket& packet, AVRational base, const Sink& sink) const {
  av_packet_rescale_ts(&packet, base, track.to->time_base);
  if (packet.dts == AV_NOPTS_VALUE) packet.dts = packet.pts;
  if (packet.pts == AV_NOPTS_VALUE) packet.pts = packet.dts;
  // Containers refuse times that do not grow: what overlaps the part before it is left out, what
  // only shares a rounded time with the last packet comes right behind it.
  if (packet.dts == AV_NOPTS_VALUE) return;
  const bool may_share = (output_.oformat->flags & AVFMT_TS_NONSTRICT) != 0;
  const int64_t least = track.last ? *track.last + (may_share ? 0 : 1) : packet.dts;
  if (packet.dts < least) {
    const int64_t most = av_rescale_q(AV_TIME_BASE / 10, AV_TIME_BASE_Q, track.to->time_base);
    if (least - packet.dts > most) return;
    packet.dts = least;
    packet.pts = std::max(packet.pts, packet.dts);
  }
  track.last = packet.dts;
  packet.stream_index = track.to->index;
  packet.pos = -1;
  sink(packet);
}

}  // namespace dpt::video
