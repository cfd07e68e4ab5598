#include "weights/torch/zip_directory.h"

#include <algorithm>
#include <vector>

namespace dpt::weights {

namespace {

constexpr uint32_t local_signature = 0x04034B50;
constexpr uint32_t central_signature = 0x02014B50;
constexpr uint32_t end_signature = 0x06054B50;
constexpr uint32_t end64_signature = 0x06064B50;
constexpr uint32_t locator_signature = 0x07064B50;
constexpr size_t local_size = 30;
constexpr size_t central_size = 46;
constexpr size_t end_size = 22;
constexpr size_t end64_size = 56;
constexpr size_t locator_size = 20;
constexpr uint16_t zip64_field = 0x0001;
constexpr uint16_t encrypted_flag = 1U << 0;
constexpr uint16_t descriptor_flag = 1U << 3;  // the local header may leave sizes zero
constexpr uint32_t in_zip64 = 0xFFFFFFFF;

/// Where the central directory lies.
struct Directory {
  uint64_t entries;
  uint64_t size;
  uint64_t offset;
  uint64_t end;  // of the directory: where the first of the end records begins
};

struct Member {
  std::string name;
  uint16_t flags;
  uint16_t method;
  uint64_t stored;  // bytes in the file
  uint64_t size;    // bytes when unpacked
  uint64_t header;  // offset of the local header
};

/// Steps through the bytes of one record.
class ZipReader {
 public:
  explicit ZipReader(const Source& source) : source_(source), bytes_(source.bytes) {}

  std::map<std::string, std::span<const std::byte>> read() {
    const Directory directory = find_directory();
    std::map<std::string, std::span<const std::byte>> members;
    uint64_t position = directory.offset;
    for (uint64_t i = 0; i < directory.entries; ++i) {
      const Member member = read_central(position, directory);
      const auto data = locate(member, directory);
      if (!members.emplace(member.name, data).second) {
        source_.fail("the zip archive has two members named {}", printable(member.name));
      }
    }
    if (position != directory.end) {
      source_.fail("the zip directory ends at byte {}, expected {}", position, directory.end);
    }
    check_overlap(directory);
    return members;
  }

 private:
  template <typename T>
  T load(uint64_t offset) const {
    return load_le<T>(bytes_, offset);
  }

  Directory find_directory() const {
    // torch.save writes no comment, so the record is the last thing in the file.
    if (bytes_.size() < end_size || load<uint32_t>(bytes_.size() - end_size) != end_signature ||
        load<uint16_t>(bytes_.size() - 2) != 0) {
      source_.fail("the zip archive has no end record; the file is cut short or damaged");
    }
    const uint64_t end = bytes_.size() - end_size;
    Directory directory{load<uint16_t>(end + 10), load<uint32_t>(end + 12),
                        load<uint32_t>(end + 16), end};
    if (load<uint16_t>(end + 4) != 0 || load<uint16_t>(end + 6) != 0 ||
        load<uint16_t>(end + 8) != directory.entries) {
      source_.fail("the zip archive is spread over several files, which is not supported");
    }
    if (end >= locator_size && load<uint32_t>(end - locator_size) == locator_signature) {
      directory = read_zip64_end(end - locator_size, directory);
    }
    if (!inside(directory.offset, directory.size, directory.end) ||
        directory.offset + directory.size != directory.end ||
        directory.entries > directory.size / central_size) {
      source_.fail(
          "the zip directory ({} members in {} bytes at byte {}) does not end at byte {}, "
          "where its end record stands",
          directory.entries, directory.size, directory.offset, directory.end);
    }
    return directory;
  }

  /// The values of the zip64 record; those of the short one must agree unless they refer to it.
  Directory read_zip64_end(uint64_t locator, const Directory& brief) const {
    const auto record = load<uint64_t>(locator + 8);
    if (!inside(record, end64_size, locator) || record + end64_size != locator ||
        load<uint32_t>(record) != end64_signature) {
      source_.fail("the zip64 end record is not at byte {}, where its locator says", record);
    }
    const Directory full{load<uint64_t>(record + 32), load<uint64_t>(record + 40),
                         load<uint64_t>(record + 48), record};
    const auto agree = [](uint64_t small, uint64_t large, uint64_t refers) {
      return small == refers || small == large;
    };
    if (!agree(brief.entries, full.entries, 0xFFFF) || !agree(brief.size, full.size, in_zip64) ||
        !agree(brief.offset, full.offset, in_zip64) ||
        load<uint64_t>(record + 24) != full.entries) {
      source_.fail("the two end records of the zip archive contradict each other");
    }
    return full;
  }

  /// Reads the entry at `position` and moves it to the next.
  Member read_central(uint64_t& position, const Directory& directory) const {
    if (!inside(position, central_size, directory.end) ||
        load<uint32_t>(position) != central_signature) {
      source_.fail("expected an entry of the zip directory at byte {}", position);
    }
    const auto name_length = load<uint16_t>(position + 28);
    const auto extra_length = load<uint16_t>(position + 30);
    const uint64_t total =
        central_size + name_length + extra_length + load<uint16_t>(position + 32);
    if (!inside(position, total, directory.end)) {
      source_.fail("the entry of the zip directory at byte {} reaches beyond the directory",
                   position);
    }
    Member member{std::string(source_.text().substr(position + central_size, name_length)),
                  load<uint16_t>(position + 8),
                  load<uint16_t>(position + 10),
                  load<uint32_t>(position + 20),
                  load<uint32_t>(position + 24),
                  load<uint32_t>(position + 42)};
    const auto extra = bytes_.subspan(position + central_size + name_length, extra_length);
    apply_zip64(member.name, extra, {&member.size, &member.stored, &member.header});
    position += total;
    check_supported(member);
    return member;
  }

  /// Replaces those values that refer to the zip64 field by what it says, in the format's order.
  void apply_zip64(const std::string& name, std::span<const std::byte> extra,
                   std::initializer_list<uint64_t*> values) const {
    if (std::none_of(values.begin(), values.end(), [](auto* v) { return *v == in_zip64; })) return;
    while (extra.size() >= 4) {
      const auto length = load_le<uint16_t>(extra, 2);
      if (!inside(4, length, extra.size())) break;
      if (load_le<uint16_t>(extra, 0) == zip64_field) {
        apply_zip64_field(name, extra.subspan(4, length), values);
        return;
      }
      extra = extra.subspan(4 + size_t{length});
    }
    source_.fail("zip member {}: its zip64 sizes are missing", printable(name));
  }

  void apply_zip64_field(const std::string& name, std::span<const std::byte> field,
                         std::initializer_list<uint64_t*> values) const {
    for (uint64_t* value : values) {
      if (*value != in_zip64) continue;
      if (field.size() < sizeof(uint64_t)) {
        source_.fail("zip member {}: its zip64 sizes are missing", printable(name));
      }
      *value = load_le<uint64_t>(field, 0);
      field = field.subspan(sizeof(uint64_t));
    }
  }

  void check_supported(const Member& member) const {
    if ((member.flags & encrypted_flag) != 0) {
      source_.fail("zip member {}: is encrypted", printable(member.name));
    }
    if (member.method != 0 || member.stored != member.size) {
      source_.fail(
          "zip member {}: is compressed (method {}); PyTorch files store without "
          "compression, save it again with torch.save",
          printable(member.name), member.method);
    }
  }

  /// The member's bytes, found through its local header, which must agree with the directory.
  std::span<const std::byte> locate(const Member& member, const Directory& directory) {
    const std::string name = printable(member.name);
    const uint64_t at = member.header;
    if (!inside(at, local_size, directory.offset) || load<uint32_t>(at) != local_signature) {
      source_.fail("zip member {}: expected its local header at byte {}", name, at);
    }
    const auto name_length = load<uint16_t>(at + 26);
    const auto extra_length = load<uint16_t>(at + 28);
    const uint64_t head = local_size + uint64_t{name_length} + extra_length;
    if (!inside(at, head, directory.offset) || !inside(at + head, member.size, directory.offset)) {
      source_.fail(
          "zip member {}: its {} bytes at byte {} reach beyond the zip directory at byte {}", name,
          member.size, at, directory.offset);
    }
    uint64_t size = load<uint32_t>(at + 22);
    uint64_t stored = load<uint32_t>(at + 18);
    apply_zip64(member.name, bytes_.subspan(at + local_size + name_length, extra_length),
                {&size, &stored});
    const bool sizes_later = (member.flags & descriptor_flag) != 0 && size == 0 && stored == 0;
    if (source_.text().substr(at + local_size, name_length) != member.name ||
        load<uint16_t>(at + 6) != member.flags || load<uint16_t>(at + 8) != member.method ||
        (!sizes_later && (size != member.size || stored != member.stored))) {
      source_.fail("zip member {}: its local header at byte {} contradicts the zip directory", name,
                   at);
    }
    spans_.emplace_back(at, at + head + member.size);
    return bytes_.subspan(at + head, member.size);
  }

  /// Each member's header and data end before the next begin.
  void check_overlap(const Directory& directory) {
    std::sort(spans_.begin(), spans_.end());
    for (size_t i = 0; i < spans_.size(); ++i) {
      const uint64_t next = i + 1 < spans_.size() ? spans_[i + 1].first : directory.offset;
      if (spans_[i].second > next) {
        source_.fail("two members of the zip archive overlap at byte {}", next);
      }
    }
  }

  const Source& source_;
  std::span<const std::byte> bytes_;
  std::vector<std::pair<uint64_t, uint64_t>> spans_;
};

}  // namespace

std::map<std::string, std::span<const std::byte>> read_zip_directory(const Source& source) {
  return ZipReader(source).read();
}

}  // namespace dpt::weights
