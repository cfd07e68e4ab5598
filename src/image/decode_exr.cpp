// OpenEXR files of depth: which channel it is, and where the pixels lie in the picture.
#include <OpenEXR/ImfChannelList.h>
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

/// Of a channel list: names that end in a zero, each with 16 bytes behind it.
size_t count_channels(std::string_view list) {
  constexpr size_t facts = 16;
  size_t count = 0;
  for (size_t end = list.find('\0'); end != std::string_view::npos && end > 0;
       end = list.find('\0')) {
    list.remove_prefix(std::min(end + 1 + facts, list.size()));
    ++count;
  }
  return count;
}

/// The library takes whatever memory the sizes of attributes ask for, and rows for every channel,
/// so that they are compared with the file before it sees them.
void check_header(std::span<const std::byte> bytes, const std::string& name) {
  constexpr uint32_t deep_or_several_parts = 0x1800;
  constexpr size_t most_row_samples = size_t{1} << 20;  // the library holds up to 256 rows
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (bytes.size() >= 8 && (load_u32(bytes, 4) & deep_or_several_parts) != 0) {
    fail(ErrorKind::input,
         "{}: an OpenEXR file of deep pixels or several parts, expected one part; save its depth "
         "alone",
         name);
  }
  size_t channels = 0;
  int64_t width = 1;
  for (size_t at = 8; at < text.size();) {
    if (text[at] == 0) {
      if (channels * static_cast<size_t>(std::clamp<int64_t>(width, 1, max_side)) <=
          most_row_samples) {
        return;
      }
      fail(ErrorKind::input,
           "{}: an OpenEXR file of {} channels and {} columns, more than is read; save its "
           "depth alone",
           name, channels, width);
    }
    const size_t type = text.find('\0', at);
    const size_t end = type == std::string_view::npos ? type : text.find('\0', type + 1);
    if (end == std::string_view::npos || text.size() - end < 5) break;
    const size_t size = load_u32(bytes, end + 1);
    if (size > text.size() - end - 5) break;
    const std::string_view kind = text.substr(type + 1, end - type - 1);
    if (kind == "chlist") channels = std::max(channels, count_channels(text.substr(end + 5, size)));
    if (text.substr(at, type - at) == "dataWindow" && size == 16) {
      const auto left = static_cast<int32_t>(load_u32(bytes, end + 5));
      width = std::max(width, int64_t{static_cast<int32_t>(load_u32(bytes, end + 13))} - left + 1);
    }
    at = end + 5 + size;
  }
  fail(ErrorKind::input, "{}: the OpenEXR file's header is damaged", name);
}

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
  check_header(bytes, name);
  MemoryStream stream(bytes);
  Imf::InputFile file(stream, 0);
  const Imath::Box2i window = file.header().dataWindow();
  check_size(width_of(window), height_of(window), name);
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
