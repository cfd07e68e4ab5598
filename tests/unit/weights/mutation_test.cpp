// Damaged files: opening and reading one either works or throws an Error, within a limit of memory.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <random>

#include "base/buffer.h"
#include "support/peak_memory.h"
#include "test_files.h"
#include "weights/weight_set.h"

namespace dpt::weights {
namespace {

class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  /// One copy with one kind of damage, most of it in the parts that describe the rest: the first
  /// `head` bytes and the last `tail`.
  std::string mutate(std::string bytes, size_t head, size_t tail) {
    switch (below(6)) {
      case 0:  // one to eight bits
        for (size_t n = 1 + below(8); n > 0; --n) {
          bytes[place(bytes, head, tail)] ^= static_cast<char>(1U << below(8));
        }
        break;
      case 1:
        bytes.resize(below(bytes.size()));
        break;
      case 2:  // a size of 1, 2, 4 or 8 bytes, at its limits or near what it was
        change_number(bytes, place(bytes, head, tail), size_t{1} << below(4));
        break;
      case 3:  // a run of random bytes
        for (size_t at = place(bytes, head, tail), n = 1 + below(16); n > 0 && at < bytes.size();
             --n, ++at) {
          bytes[at] = static_cast<char>(below(256));
        }
        break;
      case 4:  // a piece taken out
        bytes.erase(place(bytes, head, tail), 1 + below(32));
        break;
      default: {  // a piece copied to another place
        const std::string piece = bytes.substr(place(bytes, head, tail), 1 + below(64));
        bytes.insert(place(bytes, head, tail), piece);
      }
    }
    return bytes;
  }

 private:
  size_t below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  size_t place(const std::string& bytes, size_t head, size_t tail) {
    const size_t choice = below(10);
    if (choice < 6) return below(std::min(head, bytes.size()));
    if (choice < 9) return bytes.size() - 1 - below(std::min(tail, bytes.size()));
    return below(bytes.size());
  }

  void change_number(std::string& bytes, size_t at, size_t width) {
    width = std::min(width, bytes.size() - at);
    uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, width);
    const uint64_t values[] = {0,
                               ~uint64_t{0},
                               ~uint64_t{0} >> 1,
                               value + 1,
                               value - 1,
                               value << 8,
                               uint64_t{1} << (8 * width - 1),
                               random_()};
    value = values[below(std::size(values))];
    std::memcpy(bytes.data() + at, &value, width);
  }

  std::mt19937 random_;
};

/// Opens, reads and releases everything: every view that was promised must be readable.
void use(const fs::path& path) {
  const WeightSet set = open_set(path);
  std::vector<float> values;
  for (const std::string& key : set.keys()) {
    set.count_non_finite(key);
    if (!is_floating(set.dtype(key))) continue;
    const Shape shape = set.shape(key);
    values.resize(static_cast<size_t>(shape.elements()));
    set.read_rows(key, 0, shape.rank() == 0 ? 1 : shape[0], values.data());
    set.release(key);
  }
}

struct Original {
  const char* name;
  std::string bytes;
  size_t head;  ///< bytes at the front that describe the rest
  size_t tail;
};

/// Three tensors of one storage and one of another: a view, a transposed one, integers.
std::string state_pickle() {
  const std::string first = pickled::storage("FloatStorage", "0", 12);
  const std::string state = pickled::dict(
      {{"pretrained.model.cls_token", pickled::tensor(first, 0, {1, 12}, {12, 1})},
       {"scratch.layer1_rn.weight", pickled::tensor(first, 2, {2, 5}, {5, 1})},
       {"scratch.layer2_rn.weight", pickled::tensor(first, 0, {4, 3}, {1, 4})},
       {"count", pickled::tensor(pickled::storage("LongStorage", "1", 1), 0, {}, {})}});
  const std::string text = pickled::text("x");
  const std::string beside = pickled::dict(
      {{"args",
        pickled::global("argparse", "Namespace") + ")\x81" + pickled::dict({{"a", "C\1b"}}) + "b"},
       {"count", pickled::call(pickled::global("collections", "Counter"), pickled::tuple({"}"}))},
       {"set", "\x8f(" + text + "\x90"},
       {"bytes", "B" + le<uint32_t>(2) + "ab"}});
  return pickled::program(pickled::dict(
      {{"optimizer", "}"}, {"beside", beside}, {"model", state}, {"state_dict", "}"}}));
}

Original small_safetensors() {
  const std::string header =
      R"({"__metadata__":{"format":"pt"},"a.b":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
      R"("c":{"dtype":"I64","shape":[],"data_offsets":[24,32]},)"
      R"("d":{"dtype":"BF16","shape":[4,1,2],"data_offsets":[32,48]}})";
  return {"safetensors", safetensors(header, std::string(48, '\1')), 8 + header.size(), 48};
}

Original small_zip(bool zip64) {
  ZipArchive archive{{{"m/data.pkl", state_pickle()},
                      {"m/byteorder", "little"},
                      {"m/data/0", std::string(48, '\1')},
                      {"m/data/1", std::string(8, '\1')}}};
  archive.zip64 = zip64;
  std::string bytes = archive.bytes();
  const size_t tail = bytes.size() - bytes.find("PK\1\2");
  return {zip64 ? "zip64" : "zip", std::move(bytes), 40 + state_pickle().size(), tail};
}

Original small_legacy() {
  const std::string keys = pickled::program("](" + pickled::text("0") + pickled::text("1") + "e");
  const std::string storages =
      le<uint64_t>(12) + std::string(48, '\1') + le<uint64_t>(1) + std::string(8, '\1');
  const std::string head = pickled::program("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19") +
                           pickled::program("M" + le<uint16_t>(1001)) +
                           pickled::program(pickled::dict({{"little_endian", "\x88"}})) +
                           state_pickle() + keys;
  return {"legacy", head + storages, head.size(), storages.size()};
}

/// A file that PyTorch or transformers wrote, with the lengths of its descriptions.
Original reference(const char* name, const char* path, size_t head, size_t tail) {
  return {name, content_of(data_folder() / path), head, tail};
}

class MutationTest : public WeightsTest {
 protected:
  void run(const Original& original, int copies) {
    constexpr size_t memory_limit = size_t{8} << 20;
    Mutator mutator(20240607);
    int opened = 0;
    const fs::path path = write("a", original.bytes);
    ASSERT_NO_THROW(use(path)) << original.name;
    for (int copy = 0; copy < copies; ++copy) {
      write("a", mutator.mutate(original.bytes, original.head, original.tail));
      const size_t peak = test::peak_of([&] {
        try {
          use(path);
          ++opened;
        } catch (const Error& error) {
          EXPECT_EQ(std::string(error.what()).rfind(path.string(), 0), 0U) << error.what();
          EXPECT_EQ(error.kind(), ErrorKind::model) << error.what();
        }
      });
      EXPECT_LT(peak, memory_limit) << original.name << " copy " << copy;
    }
    // Damage to values alone goes unnoticed; most of it must not.
    EXPECT_LT(opened, copies * 3 / 4) << original.name;
  }
};

TEST_F(MutationTest, SmallSafetensors) { run(small_safetensors(), 1000); }
TEST_F(MutationTest, SmallZip) { run(small_zip(false), 1000); }
TEST_F(MutationTest, SmallZip64) { run(small_zip(true), 1000); }
TEST_F(MutationTest, SmallLegacy) { run(small_legacy(), 1000); }

TEST_F(MutationTest, ReferenceSafetensors) {
  run(reference("safetensors", "tiny/vit-depth/model.safetensors", 16064, 1000), 400);
}
TEST_F(MutationTest, ReferenceZip) {
  run(reference("zip", "tiny/vit-depth/official.pt", 15200, 8400), 400);
}
TEST_F(MutationTest, ReferenceLegacy) {
  run(reference("legacy", "pt/legacy_container.pt", 19454, 1000), 400);
}

TEST_F(MutationTest, MemoryIsCounted) {
  EXPECT_GE(test::peak_of([] { std::vector<char>(1000000).at(0) = 1; }), 1000000U);
  if (!test::counts_every_allocation()) return;
  EXPECT_GE(test::peak_of([] {
              void* volatile block = std::malloc(1000000);
              std::free(block);
            }),
            1000000U);
  EXPECT_GE(test::peak_of([] { const Buffer<char> large(10000000); }), 10000000U);
}

}  // namespace
}  // namespace dpt::weights
