#include "video/sound/converter.h"

#include <algorithm>
#include <cstdlib>
#include <span>

namespace dpt::video {

namespace {

/// The one of an encoder's rates that is nearest to `rate`, from above where there is one.
int nearest_rate(std::span<const int> known, int rate) {
  if (known.empty()) return rate;
  const auto further = [rate](int a, int b) {
    const auto distance = [rate](int x) { return x >= rate ? x - rate : 1000000 + rate - x; };
    return distance(a) < distance(b);
  };
  return *std::min_element(known.begin(), known.end(), further);
}

/// As it is where the encoder takes it; else with as many channels as the encoder has, at most.
void choose_layout(std::span<const AVChannelLayout> known, const AVChannelLayout& from,
                   AVChannelLayout& to) {
  if (from.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&to, from.nb_channels);
  } else {
    check(av_channel_layout_copy(&to, &from), "sound", "be converted");
  }
  const AVChannelLayout* best = nullptr;
  for (const AVChannelLayout& layout : known) {
    if (av_channel_layout_compare(&layout, &to) == 0) return;
    if (layout.nb_channels > to.nb_channels) continue;
    if (best == nullptr || layout.nb_channels > best->nb_channels) best = &layout;
  }
  if (best != nullptr) check(av_channel_layout_copy(&to, best), "sound", "be converted");
}

CodecContext open_decoder(const AVStream& from) {
  const AVCodec* codec = avcodec_find_decoder(from.codecpar->codec_id);
  if (codec == nullptr || from.codecpar->sample_rate <= 0) return nullptr;
  CodecContext decoder(allocated(avcodec_alloc_context3(codec)));
  decoder->pkt_timebase = from.time_base;
  if (avcodec_parameters_to_context(decoder.get(), from.codecpar) < 0) return nullptr;
  if (avcodec_open2(decoder.get(), codec, nullptr) < 0) return nullptr;
  return decoder;
}

/// `bits_per_channel`: per second; 0: the encoder's own.
CodecContext open_encoder(const AVCodec& codec, const AVCodecContext& decoder, bool global_header,
                          int64_t bits_per_channel) {
  CodecContext encoder(allocated(avcodec_alloc_context3(&codec)));
  const std::span<const AVSampleFormat> formats = sample_formats_of(codec);
  encoder->sample_fmt = formats.empty() ? decoder.sample_fmt : formats.front();
  encoder->sample_rate = nearest_rate(sample_rates_of(codec), decoder.sample_rate);
  encoder->time_base = {1, encoder->sample_rate};
  choose_layout(channel_layouts_of(codec), decoder.ch_layout, encoder->ch_layout);
  if (bits_per_channel > 0) encoder->bit_rate = bits_per_channel * encoder->ch_layout.nb_channels;
  if (global_header) encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (avcodec_open2(encoder.get(), &codec, nullptr) < 0) return nullptr;
  return encoder;
}

}  // namespace

std::optional<SoundConverter> SoundConverter::open(const AVStream& from, const AVCodec& encoder,
                                                   bool global_header) {
  SoundConverter converter;
  converter.base_ = from.time_base;
  converter.decoder_ = open_decoder(from);
  if (!converter.decoder_) return std::nullopt;
  // Transparent to most ears; encoders with a list of rates of their own may not have this one.
  for (const int64_t bits : {int64_t{96000}, int64_t{0}}) {
    converter.encoder_ = open_encoder(encoder, *converter.decoder_, global_header, bits);
    if (converter.encoder_) break;
  }
  if (!converter.encoder_) return std::nullopt;
  const AVCodecContext& to = *converter.encoder_;
  converter.queue_.reset(
      allocated(av_audio_fifo_alloc(to.sample_fmt, to.ch_layout.nb_channels, 8192)));
  converter.decoded_.reset(allocated(av_frame_alloc()));
  converter.packet_.reset(allocated(av_packet_alloc()));
  converter.resampler_.reset(allocated(swr_alloc()));
  return converter;
}

void SoundConverter::convert(const AVPacket& packet, const Sink& sink) {
  if (avcodec_send_packet(decoder_.get(), &packet) >= 0) receive(sink);
}

void SoundConverter::finish(const Sink& sink) {
  avcodec_send_packet(decoder_.get(), nullptr);
  receive(sink);
  if (next_) resample(nullptr);
  encode_queue(true, sink);
  encode(nullptr, sink);
}

void SoundConverter::receive(const Sink& sink) {
  while (avcodec_receive_frame(decoder_.get(), decoded_.get()) >= 0) take(*decoded_, sink);
}

void SoundConverter::take(const AVFrame& frame, const Sink& sink) {
  if (frame.best_effort_timestamp != AV_NOPTS_VALUE) {
    go_to(av_rescale_q(frame.best_effort_timestamp, base_, encoder_->time_base), sink);
  } else if (!next_) {
    next_ = 0;
  }
  resample(&frame);
  encode_queue(false, sink);
}

void SoundConverter::go_to(int64_t time, const Sink& sink) {
  if (!next_) next_ = time;
  int64_t inside = av_audio_fifo_size(queue_.get()) - to_drop_;
  if (swr_is_initialized(resampler_.get()) != 0) {
    inside += swr_get_delay(resampler_.get(), encoder_->sample_rate);
  }
  const int64_t late = time - (*next_ + inside);
  if (std::abs(late) <= encoder_->sample_rate / 10) return;
  if (late < 0) {
    to_drop_ -= late;
    return;
  }
  to_drop_ = 0;
  if (swr_is_initialized(resampler_.get()) != 0) resample(nullptr);
  add_silence(time - *next_ - av_audio_fifo_size(queue_.get()), sink);
}

void SoundConverter::resample(const AVFrame* frame) {
  const FramePtr out(allocated(av_frame_alloc()));
  out->format = encoder_->sample_fmt;
  out->sample_rate = encoder_->sample_rate;
  check(av_channel_layout_copy(&out->ch_layout, &encoder_->ch_layout), "sound", "be converted");
  int done = swr_convert_frame(resampler_.get(), out.get(), frame);
  if (done == AVERROR_INPUT_CHANGED || done == AVERROR_OUTPUT_CHANGED) {
    swr_close(resampler_.get());  // it is set up anew by the frame
    done = swr_convert_frame(resampler_.get(), out.get(), frame);
  }
  if (done == AVERROR(ENOMEM)) check(done, "sound", "be converted");
  if (frame == nullptr) swr_close(resampler_.get());
  if (done < 0 || out->nb_samples <= 0) return;
  const int dropped = static_cast<int>(std::min<int64_t>(to_drop_, out->nb_samples));
  to_drop_ -= dropped;
  const int kept = out->nb_samples - dropped;
  if (kept == 0) return;
  const FramePtr rest = make_frame(kept);
  av_samples_copy(rest->extended_data, out->extended_data, 0, dropped, kept,
                  encoder_->ch_layout.nb_channels, encoder_->sample_fmt);
  queue(*rest);
}

void SoundConverter::queue(const AVFrame& frame) {
  check(av_audio_fifo_write(queue_.get(), reinterpret_cast<void**>(frame.extended_data),
                            frame.nb_samples),
        "sound", "be converted");
}

FramePtr SoundConverter::make_frame(int samples) const {
  FramePtr frame(allocated(av_frame_alloc()));
  frame->nb_samples = samples;
  frame->format = encoder_->sample_fmt;
  frame->sample_rate = encoder_->sample_rate;
  check(av_channel_layout_copy(&frame->ch_layout, &encoder_->ch_layout), "sound", "be converted");
  check(av_frame_get_buffer(frame.get(), 0), "sound", "be converted");
  return frame;
}

void SoundConverter::add_silence(int64_t samples, const Sink& sink) {
  constexpr int64_t step = 8192;
  for (int64_t left = samples; left > 0; left -= step) {
    const FramePtr silence = make_frame(static_cast<int>(std::min(left, step)));
    check(av_samples_set_silence(silence->extended_data, 0, silence->nb_samples,
                                 encoder_->ch_layout.nb_channels, encoder_->sample_fmt),
          "sound", "be converted");
    queue(*silence);
    encode_queue(false, sink);
  }
}

int SoundConverter::frame_size() const {
  constexpr int usual = 1024;  // of encoders that take any
  return encoder_->frame_size > 0 ? encoder_->frame_size : usual;
}

void SoundConverter::encode_queue(bool all, const Sink& sink) {
  for (;;) {
    const int samples = std::min(av_audio_fifo_size(queue_.get()), frame_size());
    if (samples == 0 || (samples < frame_size() && !all)) return;
    const FramePtr frame = make_frame(samples);
    av_audio_fifo_read(queue_.get(), reinterpret_cast<void**>(frame->extended_data), samples);
    frame->pts = *next_;
    *next_ += samples;
    encode(frame.get(), sink);
  }
}

void SoundConverter::encode(const AVFrame* frame, const Sink& sink) {
  check(avcodec_send_frame(encoder_.get(), frame), "sound", "be converted");
  for (;;) {
    const int got = avcodec_receive_packet(encoder_.get(), packet_.get());
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
    check(got, "sound", "be converted");
    sink(*packet_);
    av_packet_unref(packet_.get());
  }
}

}  // namespace dpt::video
