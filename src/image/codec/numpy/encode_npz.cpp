// NPZ: a ZIP archive of NPY files, stored without compression, as numpy.savez writes it.
#include <zlib.h>

#include <array>
#include <limits>
#include <string>

#include "base/error.h"
#include "image/codec/byte_writer.h"
#include "image/codec/origin.h"
#include "image/codec/write.h"

namespace dpt::image {

namespace {

class Archive {
 public:
  void add(const std::string& name, const Bytes& content) {
    if (content.size() + bytes_.size() > std::numeric_limits<uint32_t>::max() - (1U << 20)) {
      fail(ErrorKind::input, "{}: is too large for an NPZ file, whose limit is 4 GiB", name);
    }
    const auto* data = reinterpret_cast<const Bytef*>(content.data());
    const auto checksum = static_cast<uint32_t>(crc32_z(0, data, content.size()));
    const auto size = static_cast<uint32_t>(content.size());
    const auto offset = static_cast<uint32_t>(bytes_.size());
    // Version 2.0, no flags, stored, 1980-01-01, CRC, both sizes, length of the name, no more.
    Bytes common;
    put(common, {20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0});
    append_u32(common, checksum);
    append_u32(common, size);
    append_u32(common, size);
    put(common, {static_cast<uint8_t>(name.size()), 0, 0, 0});

    append_u32(bytes_, 0x04034b50);
    append(bytes_, common);
    append(bytes_, name);
    append(bytes_, content);
    append_u32(directory_, 0x02014b50);
    put(directory_, {20, 0});  // made by version 2.0
    append(directory_, common);
    put(directory_, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0});  // comment, disk, attributes
    append_u32(directory_, offset);
    append(directory_, name);
    ++entries_;
  }

  /// `comment`: of the archive, at most 65535 bytes.
  Bytes finish(const std::string& comment) {
    const auto offset = static_cast<uint32_t>(bytes_.size());
    const auto size = static_cast<uint32_t>(directory_.size());
    append(bytes_, directory_);
    append_u32(bytes_, 0x06054b50);
    put(bytes_, {0, 0, 0, 0, entries_, 0, entries_, 0});
    append_u32(bytes_, size);
    append_u32(bytes_, offset);
    put(bytes_,
        {static_cast<uint8_t>(comment.size() & 0xFF), static_cast<uint8_t>(comment.size() >> 8)});
    append(bytes_, comment);
    return std::move(bytes_);
  }

 private:
  static void put(Bytes& to, std::initializer_list<uint8_t> values) {
    for (const uint8_t value : values) to.push_back(static_cast<std::byte>(value));
  }
  static void append(Bytes& to, const Bytes& from) {
    to.insert(to.end(), from.begin(), from.end());
  }
  static void append(Bytes& to, const std::string& text) {
    for (const char c : text) to.push_back(static_cast<std::byte>(c));
  }

  Bytes bytes_, directory_;
  uint8_t entries_ = 0;
};

}  // namespace

Bytes encode_npz(const std::string& name, const Bytes& npy, const TextChunks& text) {
  constexpr size_t most_comment = 65535;
  Archive archive;
  archive.add(name + ".npy", npy);
  return archive.finish(lines_of(text).substr(0, most_comment));
}

}  // namespace dpt::image
