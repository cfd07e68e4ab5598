// Small weight files that the tests write themselves.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/tensor.h"
#include "model/dpt/names.h"
#include "weights/weight_set.h"

namespace dpt::weights {

namespace fs = std::filesystem;

inline fs::path data_folder() { return DPT_TEST_DATA; }

/// Names are official or Hugging Face's DPT's.
inline WeightSet open_set(const fs::path& path) {
  static constexpr const NameTable* dpt = &model::dpt_names;
  return WeightSet::open(path, {&dpt, 1});
}

/// Gives every test a folder of its own, removed after it.
class WeightsTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() / ("dpt-weights-" + std::to_string(::getpid()) + "-" +
                                           test->test_suite_name() + "-" + test->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, std::string_view bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }

  fs::path folder_;
};

inline std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The text of the Error(model) that the action throws, or a text saying that there was none.
inline std::string error_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.kind() == ErrorKind::model ? error.what() : "an error of another kind";
  }
  return "no error";
}

/// The tensor's elements; it must be of type T.
template <typename T = float>
std::vector<T> values_of(const TensorView& view) {
  std::vector<T> values(static_cast<size_t>(view.shape.elements()));
  EXPECT_EQ(view.bytes(), values.size() * sizeof(T));
  std::memcpy(values.data(), view.data, view.bytes());
  return values;
}

/// An unsigned integer as little-endian bytes.
template <typename T>
std::string le(T value) {
  std::string bytes;
  for (size_t i = 0; i < sizeof(T); ++i) {
    bytes += static_cast<char>(static_cast<uint64_t>(value) >> (8 * i));
  }
  return bytes;
}

/// Floats as little-endian bytes.
inline std::string floats(const std::vector<float>& values) {
  std::string bytes;
  for (const float value : values) bytes += le(std::bit_cast<uint32_t>(value));
  return bytes;
}

inline std::string safetensors(std::string_view header, std::string_view data) {
  return le(uint64_t{header.size()}) + std::string(header) + std::string(data);
}

/// A zip archive as torch.save lays it out: stored, without zip64 unless asked for.
struct ZipArchive {
  struct Member {
    std::string name;
    std::string data;
    uint16_t flags = 0;
    uint16_t method = 0;
  };
  std::vector<Member> members;
  bool zip64 = false;  ///< zip64 end record and zip64 fields for sizes and offsets

  std::string bytes() const {
    std::string out;
    std::string directory;
    for (const Member& member : members) {
      const auto offset = out.size();
      const auto size = member.data.size();
      const std::string common = le(member.flags) + le(member.method) + le<uint32_t>(0);
      const uint32_t shown = zip64 ? 0xFFFFFFFFU : static_cast<uint32_t>(size);
      const std::string sizes = le<uint32_t>(0) + le(shown) + le(shown);
      const std::string local64 =
          zip64 ? le<uint16_t>(1) + le<uint16_t>(16) + le<uint64_t>(size) + le<uint64_t>(size) : "";
      const auto name_length = static_cast<uint16_t>(member.name.size());
      out += "PK\3\4" + le<uint16_t>(0) + common + sizes + le(name_length) +
             le<uint16_t>(static_cast<uint16_t>(local64.size())) + member.name + local64 +
             member.data;
      const std::string central64 = zip64
                                        ? le<uint16_t>(1) + le<uint16_t>(24) + le<uint64_t>(size) +
                                              le<uint64_t>(size) + le<uint64_t>(offset)
                                        : "";
      directory += "PK\1\2" + le<uint16_t>(0) + le<uint16_t>(0) + common + sizes + le(name_length) +
                   le<uint16_t>(static_cast<uint16_t>(central64.size())) + std::string(10, '\0') +
                   le(zip64 ? 0xFFFFFFFFU : static_cast<uint32_t>(offset)) + member.name +
                   central64;
    }
    return out + directory + end_records(out.size(), directory.size());
  }

 private:
  std::string end_records(uint64_t offset, uint64_t size) const {
    const uint64_t count = members.size();
    const auto count16 = static_cast<uint16_t>(count);
    std::string records;
    if (zip64) {
      records = "PK\6\6" + le<uint64_t>(44) + le<uint32_t>(0) + le<uint32_t>(0) + le<uint32_t>(0) +
                le(count) + le(count) + le(size) + le(offset) + "PK\6\7" + le<uint32_t>(0) +
                le(offset + size) + le<uint32_t>(1);
    }
    return records + "PK\5\6" + le<uint32_t>(0) + le(count16) + le(count16) +
           le(zip64 ? 0xFFFFFFFFU : static_cast<uint32_t>(size)) +
           le(zip64 ? 0xFFFFFFFFU : static_cast<uint32_t>(offset)) + le<uint16_t>(0);
  }
};

/// Pieces of pickles, protocol 2.
namespace pickled {

inline std::string integer(int32_t value) { return "J" + le(static_cast<uint32_t>(value)); }
inline std::string text(std::string_view value) {
  return "X" + le(static_cast<uint32_t>(value.size())) + std::string(value);
}
inline std::string global(std::string_view module, std::string_view name) {
  return "c" + std::string(module) + "\n" + std::string(name) + "\n";
}
inline std::string tuple(const std::vector<std::string>& items) {
  std::string out = "(";
  for (const auto& item : items) out += item;
  return out + "t";
}
inline std::string tuple_of(const std::vector<int32_t>& values) {
  std::string out = "(";
  for (const int32_t value : values) out += integer(value);
  return out + "t";
}
inline std::string call(const std::string& function, const std::string& arguments) {
  return function + arguments + "R";
}
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string out = "}(";
  for (const auto& [key, value] : entries) out += text(key) + value;
  return out + "u";
}
inline std::string storage(std::string_view type, std::string_view key, int32_t count) {
  return tuple({text("storage"), global("torch", type), text(key), text("cpu"), integer(count)}) +
         "Q";
}
/// A tensor of torch._utils._rebuild_tensor_v2.
inline std::string tensor(const std::string& storage, int32_t offset,
                          const std::vector<int32_t>& shape, const std::vector<int32_t>& strides) {
  const std::string hooks = call(global("collections", "OrderedDict"), ")");
  return call(global("torch._utils", "_rebuild_tensor_v2"),
              tuple({storage, integer(offset), tuple_of(shape), tuple_of(strides), "\x89", hooks}));
}
inline std::string program(const std::string& body) { return "\x80\x02" + body + "."; }

}  // namespace pickled

/// A PyTorch zip file of one pickle and storages by key.
inline std::string torch_zip(const std::string& pickle,
                             const std::vector<std::pair<std::string, std::string>>& storages) {
  ZipArchive archive{{{"m/data.pkl", pickle}, {"m/byteorder", "little"}}};
  for (const auto& [key, bytes] : storages) archive.members.push_back({"m/data/" + key, bytes});
  return archive.bytes();
}

}  // namespace dpt::weights
