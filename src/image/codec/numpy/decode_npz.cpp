// NPZ: a ZIP archive of NPY files, as numpy.savez and numpy.savez_compressed write it.
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "image/codec/byte_reader.h"
#include "image/codec/origin.h"
#include "image/codec/read_depth.h"

namespace dpt::image {

namespace {

constexpr size_t end_bytes = 22;    // end of the central directory, without its comment
constexpr size_t entry_bytes = 46;  // an entry of it, without its name
constexpr size_t local_bytes = 30;  // what stands before a file, without its name
constexpr size_t most_comment = 65535;
constexpr std::string_view npy_ending = ".npy";
/// float64 values and a header.
constexpr size_t most_content = static_cast<size_t>(max_pixels) * 8 + (size_t{1} << 20);

struct Entry {
  std::string name;
  uint16_t method = 0;
  uint32_t checksum = 0;
  size_t packed = 0, size = 0, local = 0;
};

class ZipReader {
 public:
  ZipReader(std::span<const std::byte> bytes, const std::string& name)
      : bytes_(bytes), name_(name) {}

  std::vector<Entry> entries() const {
    const size_t end = find_end();
    const size_t count = load_u16(bytes_, end + 10);
    size_t at = load_u32(bytes_, end + 16);
    std::vector<Entry> entries;
    for (size_t i = 0; i < count; ++i) {
      require(at, entry_bytes);
      if (load_u32(bytes_, at) != 0x02014b50) fail_damaged("a damaged directory");
      const size_t name_bytes = load_u16(bytes_, at + 28);
      require(at + entry_bytes, name_bytes);
      const auto* name = reinterpret_cast<const char*>(bytes_.data() + at + entry_bytes);
      entries.push_back({.name = std::string(name, name_bytes),
                         .method = load_u16(bytes_, at + 10),
                         .checksum = load_u32(bytes_, at + 16),
                         .packed = load_u32(bytes_, at + 20),
                         .size = load_u32(bytes_, at + 24),
                         .local = load_u32(bytes_, at + 42)});
      at += entry_bytes + name_bytes + load_u16(bytes_, at + 30) + load_u16(bytes_, at + 32);
    }
    return entries;
  }

  /// Of the archive.
  std::string_view comment() const {
    const size_t at = find_end() + end_bytes;
    const size_t size = std::min<size_t>(load_u16(bytes_, at - 2), bytes_.size() - at);
    return {reinterpret_cast<const char*>(bytes_.data() + at), size};
  }

  std::vector<std::byte> content(const Entry& entry) const {
    require(entry.local, local_bytes);
    const size_t at = entry.local + local_bytes + load_u16(bytes_, entry.local + 26) +
                      load_u16(bytes_, entry.local + 28);
    require(at, entry.packed);
    const auto packed = bytes_.subspan(at, entry.packed);
    if (entry.size > most_content) fail_damaged("a member that is too large");
    std::vector<std::byte> content = unpacked(entry, packed);
    const auto* data = reinterpret_cast<const Bytef*>(content.data());
    if (crc32_z(0, data, content.size()) != entry.checksum) fail_damaged("a damaged member");
    return content;
  }

 private:
  std::vector<std::byte> unpacked(const Entry& entry, std::span<const std::byte> packed) const {
    if (entry.method == 0) {
      if (entry.size != entry.packed) fail_damaged("a damaged member");
      return {packed.begin(), packed.end()};
    }
    if (entry.method == 8) return inflated(packed, entry.size);
    fail(ErrorKind::input, "{}: NPZ with compression {}, expected none or deflate", name_,
         entry.method);
  }

  [[noreturn]] void fail_damaged(std::string_view what) const {
    fail(ErrorKind::input, "{}: the NPZ file has {}", name_, what);
  }

  void require(size_t at, size_t count) const {
    if (at > bytes_.size() || count > bytes_.size() - at) {
      fail(ErrorKind::input, "{}: the NPZ file ends too early", name_);
    }
  }

  size_t find_end() const {
    for (size_t back = end_bytes; back <= std::min(bytes_.size(), end_bytes + most_comment);
         ++back) {
      const size_t at = bytes_.size() - back;
      if (load_u32(bytes_, at) == 0x06054b50) return at;
    }
    fail_damaged("no directory");
  }

  std::vector<std::byte> inflated(std::span<const std::byte> packed, size_t size) const {
    std::vector<std::byte> out(size);
    z_stream stream{};
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(size);
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
    const int code = inflate(&stream, Z_FINISH);
    const size_t made = stream.total_out;
    inflateEnd(&stream);
    if (code != Z_STREAM_END || made != size) fail_damaged("a damaged member");
    return out;
  }

  std::span<const std::byte> bytes_;
  const std::string& name_;
};

std::string stem_of(const Entry& entry) {
  return entry.name.substr(0, entry.name.size() - npy_ending.size());
}

/// " (a, b)"
std::string names_of(const std::vector<const Entry*>& arrays) {
  std::vector<std::string> names;
  for (const Entry* entry : arrays) names.push_back(stem_of(*entry));
  if (names.empty()) return {};
  return printable(fmt::format(" ({})", fmt::join(names, ", ")), 200);
}

}  // namespace

DepthFile decode_npz(std::span<const std::byte> bytes, std::string_view name) {
  const std::string shown = printable(name, 1000);
  const ZipReader archive(bytes, shown);
  const std::vector<Entry> entries = archive.entries();
  std::vector<const Entry*> arrays;
  for (const Entry& entry : entries) {
    if (entry.name.ends_with(npy_ending)) arrays.push_back(&entry);
  }
  const auto depth = std::find_if(arrays.begin(), arrays.end(),
                                  [](const Entry* entry) { return entry->name == "depth.npy"; });
  if (depth == arrays.end() && arrays.size() != 1) {
    fail(ErrorKind::input, "{}: the NPZ file has {} arrays{}, expected one, or one named depth",
         shown, arrays.size(), names_of(arrays));
  }
  const Entry& entry = depth != arrays.end() ? **depth : *arrays.front();
  const std::string member = fmt::format("{}: {}", shown, printable(stem_of(entry)));
  return {to_plane(decode_npy(archive.content(entry), member)), text_of_lines(archive.comment())};
}

}  // namespace dpt::image
