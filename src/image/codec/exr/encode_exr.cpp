// OpenEXR files of one channel.
#include <OpenEXR/ImfChannelList.h>
#include <OpenEXR/ImfFrameBuffer.h>
#include <OpenEXR/ImfHeader.h>
#include <OpenEXR/ImfIO.h>
#include <OpenEXR/ImfOutputFile.h>
#include <OpenEXR/ImfStringAttribute.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.h"
#include "image/codec/write.h"

namespace dpt::image {

namespace {

class MemoryStream : public Imf::OStream {
 public:
  MemoryStream() : Imf::OStream("memory") {}
  void write(const char* data, int count) override {
    const size_t end = place_ + static_cast<size_t>(count);
    if (end > bytes_.size()) bytes_.resize(end);
    std::memcpy(bytes_.data() + place_, data, static_cast<size_t>(count));
    place_ = end;
  }
  uint64_t tellp() override { return place_; }
  void seekp(uint64_t place) override { place_ = place; }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
  size_t place_ = 0;
};

}  // namespace

Bytes encode_exr(const Plane& plane, const ExrOptions& options) {
  const Imf::PixelType type = options.half ? Imf::HALF : Imf::FLOAT;
  Imf::Header header(plane.width(), plane.height());
  header.compression() = Imf::ZIP_COMPRESSION;
  header.channels().insert(options.channel, Imf::Channel(type));
  for (const auto& [key, value] : options.text) header.insert(key, Imf::StringAttribute(value));
  MemoryStream stream;
  try {
    Imf::OutputFile file(stream, header, 0);
    std::vector<Imath::half> halves;
    Imf::FrameBuffer pixels;
    if (options.half) {
      halves.assign(plane.span().begin(), plane.span().end());
      pixels.insert(options.channel,
                    Imf::Slice(type, reinterpret_cast<char*>(halves.data()), sizeof(Imath::half),
                               sizeof(Imath::half) * static_cast<size_t>(plane.width())));
    } else {
      auto* values = reinterpret_cast<char*>(const_cast<float*>(plane.data()));
      pixels.insert(options.channel,
                    Imf::Slice(type, values, sizeof(float),
                               sizeof(float) * static_cast<size_t>(plane.width())));
    }
    file.setFrameBuffer(pixels);
    file.writePixels(plane.height());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    fail(ErrorKind::input, "OpenEXR: {}", printable(error.what()));
  }
  return stream.take();
}

}  // namespace dpt::image
