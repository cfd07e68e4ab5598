// OpenEXR files of one channel of values.
#include <OpenEXR/ImfChannelList.h>
#include <OpenEXR/ImfFrameBuffer.h>
#include <OpenEXR/ImfHeader.h>
#include <OpenEXR/ImfIO.h>
#include <OpenEXR/ImfInputFile.h>
#include <OpenEXR/ImfStringAttribute.h>

#include <cstring>
#include <string>

#include "base/error.h"
#include "image/byte_reader.h"
#include "image/read_depth.h"

namespace dpt::image {

namespace {

class MemoryStream : public Imf::IStream {
 public:
  explicit MemoryStream(std::span<const std::byte> bytes) : Imf::IStream("memory"), bytes_(bytes) {}
  bool read(char* to, int count) override {
    const size_t left = bytes_.size() - place_;
    if (count < 0 || static_cast<size_t>(count) > left) {
      throw std::runtime_error("the file ends too early");
    }
    std::memcpy(to, bytes_.data() + place_, static_cast<size_t>(count));
    place_ += static_cast<size_t>(count);
    return place_ < bytes_.size();
  }
  uint64_t tellg() override { return place_; }
  void seekg(uint64_t place) override {
    if (place > bytes_.size()) throw std::runtime_error("an offset lies beyond the file's end");
    place_ = static_cast<size_t>(place);
  }

 private:
  std::span<const std::byte> bytes_;
  size_t place_ = 0;
};

/// The library takes whatever memory the sizes of attributes ask for, and rows for every channel,
/// so that they are compared with the file before it sees them.
void check_header(std::span<const std::byte> bytes, const std::string& name) {
  constexpr uint32_t deep_or_several_parts = 0x1800;
  constexpr size_t most_channel_bytes = 1024;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (bytes.size() >= 8 && (load_u32(bytes, 4) & deep_or_several_parts) != 0) {
    fail(ErrorKind::input, "{}: an OpenEXR file of deep pixels or several parts, expected one part",
         name);
  }
  for (size_t at = 8; at < text.size();) {
    if (text[at] == 0) return;
    const size_t type = text.find('\0', at);
    const size_t end = type == std::string_view::npos ? type : text.find('\0', type + 1);
    if (end == std::string_view::npos || text.size() - end < 5) break;
    const size_t size = load_u32(bytes, end + 1);
    const bool is_list = text.substr(type + 1, end - type - 1) == "chlist";
    if (size > text.size() - end - 5 || (is_list && size > most_channel_bytes)) break;
    at = end + 5 + size;
  }
  fail(ErrorKind::input, "{}: the OpenEXR file's header is damaged", name);
}

/// The only channel, or Z or Y of several.
std::string channel_of(const Imf::Header& header, const std::string& name) {
  const Imf::ChannelList& channels = header.channels();
  auto after = channels.begin();
  const bool is_only = after != channels.end() && ++after == channels.end();
  std::string chosen = is_only                                ? channels.begin().name()
                       : channels.findChannel("Z") != nullptr ? "Z"
                       : channels.findChannel("Y") != nullptr ? "Y"
                                                              : "";
  const Imf::Channel* channel = channels.findChannel(chosen);
  if (channel == nullptr || channel->xSampling != 1 || channel->ySampling != 1) {
    fail(ErrorKind::input, "{}: expected an OpenEXR file of one channel, or with Z or Y", name);
  }
  return chosen;
}

TextChunks text_of(const Imf::Header& header) {
  TextChunks text;
  for (auto it = header.begin(); it != header.end(); ++it) {
    if (const auto* value = dynamic_cast<const Imf::StringAttribute*>(&it.attribute())) {
      text.emplace_back(it.name(), value->value());
    }
  }
  return text;
}

DepthFile decode(std::span<const std::byte> bytes, const std::string& name) {
  // The library takes memory for a row as soon as it has read the header.
  static const bool limited = [] {
    Imf::Header::setMaxImageSize(max_side, max_side);
    Imf::Header::setMaxTileSize(max_side, max_side);
    return true;
  }();
  static_cast<void>(limited);
  check_header(bytes, name);
  MemoryStream stream(bytes);
  Imf::InputFile file(stream, 0);
  const Imath::Box2i window = file.header().dataWindow();
  const int64_t width = int64_t{window.max.x} - window.min.x + 1;
  const int64_t height = int64_t{window.max.y} - window.min.y + 1;
  check_size(width, height, name);
  const std::string channel = channel_of(file.header(), name);
  DepthFile out{Plane(static_cast<int>(width), static_cast<int>(height)), text_of(file.header())};
  const size_t row_bytes = sizeof(float) * static_cast<size_t>(width);
  Imf::FrameBuffer pixels;
  pixels.insert(channel,
                Imf::Slice::Make(Imf::FLOAT, out.values.data(), window, sizeof(float), row_bytes));
  file.setFrameBuffer(pixels);
  file.readPixels(window.min.y, window.max.y);
  return out;
}

}  // namespace

DepthFile decode_exr(std::span<const std::byte> bytes, std::string_view name) {
  const std::string shown = printable(name, 1000);
  try {
    return decode(bytes, shown);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    fail(ErrorKind::input, "{}: cannot decode the OpenEXR file: {}", shown,
         printable(error.what()));
  }
}

}  // namespace dpt::image
