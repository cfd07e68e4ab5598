// OpenEXR files of depth: which channel it is, and where the pixels lie in the picture.
#include <OpenEXR/ImfChannelList.h>
#include <OpenEXR/ImfCompression.h>
#include <OpenEXR/ImfFrameBuffer.h>
#include <OpenEXR/ImfHeader.h>
#include <OpenEXR/ImfIO.h>
#include <OpenEXR/ImfInputFile.h>
#include <OpenEXR/ImfStringAttribute.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.h"
#include "image/codec/exr/exr_header.h"
#include "image/codec/read_depth.h"

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

/// The names of a file's channels, and which of them hold depth.
class Channels {
 public:
  explicit Channels(const Imf::ChannelList& channels) {
    for (auto channel = channels.begin(); channel != channels.end(); ++channel) {
      names_.emplace_back(channel.name());
    }
  }

  /// One, or three that must be equal; empty where the names do not tell. The only one; else Z or Y
  /// of the picture; else the only one of a layer that is called Depth.Z, Z or Depth.V; else R, G
  /// and B of the picture or of the only layer that has them.
  std::vector<std::string> depth() const {
    if (names_.size() == 1) return names_;
    if (has("Z") && !is_vector("Z")) return {"Z"};
    if (has("Y") && !has("X") && !has("RY") && !has("BY")) return {"Y"};
    for (const std::string_view end : {".depth.z", ".z", ".depth.v"}) {
      const std::vector<std::string> found = ending_in(end);
      if (found.size() > 1) return {};
      if (found.size() == 1) return found;
    }
    const std::vector<std::string> reds = ending_in(".r");
    const std::string layer = reds.size() == 1 ? reds[0].substr(0, reds[0].size() - 1) : "";
    if (!has(layer + "R") || !has(layer + "G") || !has(layer + "B")) return {};
    return {layer + "R", layer + "G", layer + "B"};
  }

  std::string text() const { return joined(names_); }
  static std::string joined(const std::vector<std::string>& names) {
    return printable(fmt::format("{}", fmt::join(names, ", ")), 300);
  }

 private:
  bool has(const std::string& name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
  }
  /// Normals and positions have a Z as well.
  bool is_vector(const std::string& z) const {
    const std::string layer = z.substr(0, z.size() - 1);
    return has(layer + "X") && has(layer + "Y");
  }
  /// Whatever the case of the letters; a picture's own channel is as one of a layer without name.
  std::vector<std::string> ending_in(std::string_view end) const {
    std::vector<std::string> found;
    for (const std::string& name : names_) {
      std::string lower = fmt::format(".{}", name);
      std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
      if (lower.ends_with(end) && !is_vector(name)) found.push_back(name);
    }
    return found;
  }

  std::vector<std::string> names_;
};

TextChunks text_of(const Imf::Header& header) {
  TextChunks text;
  for (auto it = header.begin(); it != header.end(); ++it) {
    if (const auto* value = dynamic_cast<const Imf::StringAttribute*>(&it.attribute())) {
      text.emplace_back(it.name(), value->value());
    }
  }
  return text;
}

int64_t width_of(const Imath::Box2i& box) { return int64_t{box.max.x} - box.min.x + 1; }
int64_t height_of(const Imath::Box2i& box) { return int64_t{box.max.y} - box.min.y + 1; }

/// Before memory is taken: a pixel takes two bytes at least, and deflate makes of one byte at most
/// 1032. Other codings have no such limit.
void check_length(const Imf::Header& header, size_t bytes, const std::string& name) {
  const Imath::Box2i window = header.dataWindow();
  const int64_t pixels = width_of(window) * height_of(window);
  const Imf::Compression coding = header.compression();
  const bool is_deflated = coding == Imf::RLE_COMPRESSION || coding == Imf::ZIPS_COMPRESSION ||
                           coding == Imf::ZIP_COMPRESSION || coding == Imf::PXR24_COMPRESSION;
  if (coding != Imf::NO_COMPRESSION && !is_deflated) return;
  const int64_t most = static_cast<int64_t>(bytes) * (is_deflated ? 1032 : 1) / 2;
  if (pixels <= most) return;
  fail(ErrorKind::input, "{}: the OpenEXR file ends too early: {} bytes for {}x{} pixels", name,
       bytes, width_of(window), height_of(window));
}

Plane read_channel(Imf::InputFile& file, const std::string& channel, const std::string& name) {
  const Imf::Channel* found = file.header().channels().findChannel(channel);
  if (found == nullptr || found->xSampling != 1 || found->ySampling != 1) {
    fail(ErrorKind::input, "{}: the OpenEXR channel {} has not a value for each pixel", name,
         printable(channel));
  }
  const Imath::Box2i window = file.header().dataWindow();
  Plane plane(static_cast<int>(width_of(window)), static_cast<int>(height_of(window)));
  const size_t row_bytes = sizeof(float) * static_cast<size_t>(plane.width());
  Imf::FrameBuffer pixels;
  pixels.insert(channel,
                Imf::Slice::Make(Imf::FLOAT, plane.data(), window, sizeof(float), row_bytes));
  file.setFrameBuffer(pixels);
  file.readPixels(window.min.y, window.max.y);
  return plane;
}

/// The data window's pixels in the picture, which is the display window: 0 where there are none.
Plane placed(Plane data, const Imath::Box2i& window, const Imath::Box2i& picture,
             const std::string& name) {
  if (window == picture) return data;
  constexpr int64_t most_empty = int64_t{1} << 26;
  check_size(width_of(picture), height_of(picture), name);
  const int64_t pixels = width_of(picture) * height_of(picture);
  if (pixels > std::max(most_empty, static_cast<int64_t>(data.size()))) {
    fail(ErrorKind::input, "{}: the OpenEXR file's picture is {}x{}, far larger than its data",
         name, width_of(picture), height_of(picture));
  }
  Plane plane(static_cast<int>(width_of(picture)), static_cast<int>(height_of(picture)));
  std::fill_n(plane.data(), plane.size(), 0.0F);
  const int left = std::max(window.min.x, picture.min.x);
  const int right = std::min(window.max.x, picture.max.x);
  const int top = std::max(window.min.y, picture.min.y);
  const int bottom = std::min(window.max.y, picture.max.y);
  if (left > right || top > bottom) {
    fail(ErrorKind::input, "{}: the OpenEXR file's data lie outside of its picture", name);
  }
  for (int y = top; y <= bottom; ++y) {
    std::copy_n(data.row(y - window.min.y) + (left - window.min.x), right - left + 1,
                plane.row(y - picture.min.y) + (left - picture.min.x));
  }
  return plane;
}

DepthFile decode(std::span<const std::byte> bytes, const std::string& name) {
  // The library takes memory for a row as soon as it has read the header.
  static const bool limited = [] {
    Imf::Header::setMaxImageSize(max_side, max_side);
    Imf::Header::setMaxTileSize(max_side, max_side);
    return true;
  }();
  static_cast<void>(limited);
  check_exr_header(bytes, name);
  MemoryStream stream(bytes);
  Imf::InputFile file(stream, 0);
  const Imath::Box2i window = file.header().dataWindow();
  check_size(width_of(window), height_of(window), name);
  check_length(file.header(), bytes.size(), name);
  const Channels all(file.header().channels());
  const std::vector<std::string> channels = all.depth();
  if (channels.empty()) {
    fail(ErrorKind::input,
         "{}: the OpenEXR file has the channels {}; expected one alone, or Z, Y, LAYER.Z or "
         "Depth.V, or equal R, G and B",
         name, all.text());
  }
  Plane values = read_channel(file, channels[0], name);
  for (size_t i = 1; i < channels.size(); ++i) {
    const Plane other = read_channel(file, channels[i], name);
    if (std::memcmp(other.data(), values.data(), values.size() * sizeof(float)) == 0) continue;
    fail(ErrorKind::input,
         "{}: the OpenEXR file's channels {} differ, expected one channel of depth, or equal ones",
         name, Channels::joined(channels));
  }
  return {placed(std::move(values), window, file.header().displayWindow(), name),
          text_of(file.header())};
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
