#include "weights/weight_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "base/file/sha256.h"
#include "test_files.h"

namespace dpt::weights {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

struct Named {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;
};

std::string float_file(const std::vector<Named>& tensors) {
  std::string header;
  std::string data;
  for (const Named& tensor : tensors) {
    const std::string bytes = floats(tensor.values);
    header += fmt::format(R"({}"{}":{{"dtype":"F32","shape":{},"data_offsets":[{},{}]}})",
                          header.empty() ? "" : ",", tensor.name,
                          Shape(std::span<const int64_t>(tensor.shape)).text(), data.size(),
                          data.size() + bytes.size());
    data += bytes;
  }
  return safetensors("{" + header + "}", data);
}

class WeightSetTest : public WeightsTest {
 protected:
  WeightSet open(const std::vector<Named>& tensors) const {
    return open_set(write("a.safetensors", float_file(tensors)));
  }
  static std::string hf(const std::string& part, const std::string& leaf = "weight") {
    return "dpt.encoder.layer.3.attention.attention." + part + "." + leaf;
  }
};

TEST_F(WeightSetTest, UnknownNamesStayAndDataParallelPrefixGoes) {
  const auto set = open({{"module.scratch.layer1_rn.weight", {1}, {1}}, {"module.x", {1}, {2}}});
  EXPECT_THAT(set.keys(), ElementsAre("scratch.layer1_rn.weight", "x"));
  EXPECT_EQ(set.naming(), Naming::official);
  EXPECT_THAT(open({{"module.a", {1}, {1}}, {"b", {1}, {2}}}).keys(), ElementsAre("b", "module.a"));
  const auto theirs = open({{"module.dpt.embeddings.cls_token", {1}, {1}}, {"module.x", {1}, {2}}});
  EXPECT_THAT(theirs.keys(), ElementsAre("pretrained.model.cls_token", "x"));
  EXPECT_EQ(theirs.naming(), Naming::hugging_face);
}

/// One tensor of 8-bit integers [3, 2], and float32 scales of this shape.
std::string integer_file(const std::string& name, const std::string& scale_name,
                         const std::string& scale_shape, const std::vector<float>& scales) {
  const std::string header =
      fmt::format(R"({{"{}":{{"dtype":"I8","shape":[3,2],"data_offsets":[0,6]}},)"
                  R"("{}":{{"dtype":"F32","shape":{},"data_offsets":[6,{}]}}}})",
                  name, scale_name, scale_shape, 6 + 4 * scales.size());
  return safetensors(header, std::string("\x01\xff\x7f\x81\x00\x02", 6) + floats(scales));
}

TEST_F(WeightSetTest, IntegersWithScalesAreNumbers) {
  for (const std::string shape : {"[3]", "[3,1]"}) {
    const auto set =
        open_set(write("a.safetensors", integer_file("n", "n_scale", shape, {1, 0.5F, 10})));
    EXPECT_THAT(set.keys(), ElementsAre("n"));
    EXPECT_EQ(set.dtype("n"), DType::i8);
    EXPECT_TRUE(set.is_readable("n"));
    EXPECT_EQ(set.bytes(), 18U);
    EXPECT_EQ(set.count_non_finite("n"), 0);
    std::vector<float> values(6);
    set.read_rows("n", 0, 3, values.data());
    EXPECT_THAT(values, ElementsAre(1, -1, 63.5F, -63.5F, 0, 20));
    set.read_rows("n", 1, 1, values.data());
    EXPECT_THAT(values, ElementsAre(63.5F, -63.5F, 63.5F, -63.5F, 0, 20));
  }
}

TEST_F(WeightSetTest, IntegersNeedAScaleForEachRow) {
  const auto open_with = [&](const std::string& scale, const std::vector<float>& scales) {
    return open_set(write("a.safetensors",
                          integer_file("n", scale, fmt::format("[{}]", scales.size()), scales)));
  };
  EXPECT_THAT(error_of([&] {
                open_with("n_scale", {1, 2});
              }),
              HasSubstr("a.safetensors: tensor n: has 2 scales for 3 rows"));
  const auto apart = open_with("m_scale", {1, 2, 3});
  EXPECT_THAT(apart.keys(), ElementsAre("m_scale", "n"));
  EXPECT_FALSE(apart.is_readable("n"));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(open_with("n_scale", {1, nan, 3}).count_non_finite("n"), 1);
}

TEST_F(WeightSetTest, NamesThatLookLikeTheirsStayBesideOfficialOnes) {
  const auto set = open({{"head.head.0.bias", {1}, {1}}, {"scratch.output_conv.0.bias", {1}, {2}}});
  EXPECT_EQ(set.naming(), Naming::official);
  EXPECT_THAT(set.keys(), ElementsAre("head.head.0.bias", "scratch.output_conv.0.bias"));
}

TEST_F(WeightSetTest, JoinsQueryKeyAndValueInThisOrder) {
  const auto set = open({{hf("value"), {1, 2}, {7, 8}},
                         {hf("key"), {2, 2}, {3, 4, 5, 6}},
                         {hf("query"), {1, 2}, {1, 2}}});
  const std::string key = "pretrained.model.blocks.3.attn.qkv.weight";
  EXPECT_THAT(set.keys(), ElementsAre(key));
  EXPECT_EQ(set.shape(key), (Shape{4, 2}));
  EXPECT_EQ(set.bytes(), 32U);
  std::vector<float> values(8);
  set.read_rows(key, 0, 4, values.data());
  EXPECT_THAT(values, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  values.assign(8, 0);
  set.read_rows(key, 1, 1, values.data());
  EXPECT_THAT(values, ElementsAre(3, 4, 0, 0, 0, 0, 0, 0));
  set.read_rows(key, 2, 2, values.data());
  EXPECT_THAT(values, ElementsAre(5, 6, 7, 8, 0, 0, 0, 0));
}

TEST_F(WeightSetTest, PartsThatDoNotFit) {
  EXPECT_THAT(
      error_of([&] {
        open({{hf("query"), {1}, {1}}, {hf("value"), {1}, {1}}});
      }),
      HasSubstr("a.safetensors: tensor " + hf("key") + " is missing (found " + hf("query") + ")"));
  const auto joined = [&](const Named& key) {
    return error_of([&] {
      open({{hf("query"), {1, 2}, {1, 2}}, key, {hf("value"), {1, 2}, {1, 2}}});
    });
  };
  EXPECT_THAT(joined({hf("key"), {1, 3}, {1, 2, 3}}),
              HasSubstr("tensor " + hf("key") +
                        ": F32 [1, 3] cannot be joined with F32 [1, 2] of " + hf("query")));
  EXPECT_THAT(joined({hf("key"), {}, {1}}), HasSubstr("F32 [] cannot be joined"));
  EXPECT_THAT(
      error_of([&] {
        open({{"dpt.embeddings.projection.bias", {1}, {1}},
              {"dpt.embeddings.patch_embeddings.projection.bias", {1}, {1}}});
      }),
      HasSubstr("is the same tensor as dpt.embeddings.patch_embeddings.projection.bias of"));
}

TEST_F(WeightSetTest, MissingKeysAndIntegers) {
  const std::string header = R"({"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]}})";
  const auto set = open_set(write("a.safetensors", safetensors(header, std::string(8, '\xff'))));
  EXPECT_FALSE(set.contains("m"));
  float value = 0;
  for (const auto& error :
       {error_of([&] { set.shape("m"); }), error_of([&] { set.dtype("m"); }),
        error_of([&] { set.read_rows("m", 0, 1, &value); }), error_of([&] { set.release("m"); }),
        error_of([&] { set.count_non_finite("m"); })}) {
    EXPECT_THAT(error, StartsWith((folder_ / "a.safetensors").string() + ": tensor m is missing"));
  }
  EXPECT_THAT(error_of([&] { set.read_rows("n", 0, 1, &value); }),
              HasSubstr("a.safetensors: tensor n: expected floating-point elements, found I64"));
  EXPECT_EQ(set.count_non_finite("n"), 0);
}

TEST_F(WeightSetTest, CountsWhatIsNotFinite) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const auto set = open({{"w", {5}, {1, infinity, -infinity, std::nanf(""), 3e38F}}});
  EXPECT_EQ(set.count_non_finite("w"), 3);
  const auto count = [&](const char* type, const std::string& data) {
    const auto header = fmt::format(R"({{"w":{{"dtype":"{}","shape":[3],"data_offsets":[0,{}]}}}})",
                                    type, data.size());
    return open_set(write("b.safetensors", safetensors(header, data))).count_non_finite("w");
  };
  EXPECT_EQ(count("F16", le<uint16_t>(0x7C00) + le<uint16_t>(0xFE00) + le<uint16_t>(0x7BFF)), 2);
  EXPECT_EQ(count("BF16", le<uint16_t>(0x7F80) + le<uint16_t>(0xFFC0) + le<uint16_t>(0x7F7F)), 2);
  EXPECT_EQ(count("F64", le(uint64_t{0x7FF} << 52) + le(uint64_t{0xFFF8} << 48) + le<uint64_t>(1)),
            2);
}

TEST_F(WeightSetTest, FolderOfShards) {
  write("one.safetensors",
        float_file({{"dpt.embeddings.cls_token", {1}, {1}}, {hf("query"), {1}, {2}}}));
  write("two.safetensors", float_file({{hf("key"), {1}, {3}}, {hf("value"), {1}, {4}}}));
  const auto index = [&](const std::string& map) {
    write(
        "model.safetensors.index.json",
        R"({"metadata":{"total_size":16,"deep":[{"weight_map":[]}]},"weight_map":{)" + map + "}}");
  };
  const std::string good = "\"" + hf("key") + R"(":"two.safetensors","dpt.embeddings.cls_token":)" +
                           R"("one.safetensors")";
  index(good);
  const auto set = open_set(folder_);
  EXPECT_EQ(set.keys().size(), 2U);
  std::vector<float> values(3);
  set.read_rows("pretrained.model.blocks.3.attn.qkv.weight", 0, 3, values.data());
  EXPECT_THAT(values, ElementsAre(2, 3, 4));

  const auto error_for = [&](const std::string& map) {
    index(map);
    const std::string error = error_of([&] { open_set(folder_); });
    EXPECT_THAT(error, StartsWith(folder_.string()));
    return error;
  };
  EXPECT_THAT(error_for(R"("x":"two.safetensors")"),
              HasSubstr("index.json: tensor x is not in two.safetensors"));
  EXPECT_THAT(error_for(R"("x":"../two.safetensors")"),
              HasSubstr("tensor x: ../two.safetensors is no name of a file in this folder"));
  EXPECT_THAT(error_for(R"("x":"..")"), HasSubstr("is no name of a file"));
  EXPECT_THAT(error_for(R"("x":"")"), HasSubstr("is no name of a file"));
  EXPECT_THAT(error_for(R"("x":3)"), HasSubstr("tensor x: expected the name of its file"));
  EXPECT_THAT(error_for(R"("x":["a"])"), HasSubstr("tensor x: expected the name of its file"));
  EXPECT_THAT(
      error_for(R"("x":"none.safetensors")"),
      HasSubstr("index.json: names the file none.safetensors for 1 of the tensors, which is not "
                "in the folder"));
  EXPECT_THAT(error_for(R"("x":"two.safetensors","x":"one.safetensors")"),
              HasSubstr("index.json: tensor x is named twice"));
  EXPECT_THAT(error_for(""), HasSubstr("names no tensors under \"weight_map\""));
  EXPECT_THAT(error_for("x"), HasSubstr("is not valid JSON in UTF-8 (byte"));

  fs::copy(folder_ / "two.safetensors", folder_ / "three.safetensors");
  EXPECT_THAT(error_for(good + ",\"" + hf("value") + R"(":"three.safetensors")"),
              HasSubstr("is the same tensor as " + hf("key")));
}

TEST_F(WeightSetTest, FolderPrefersSafetensorsAndReadsBin) {
  EXPECT_THAT(error_of([&] { open_set(folder_); }),
              HasSubstr(": expected a folder with model.safetensors, model.safetensors.index.json, "
                        "pytorch_model.bin or pytorch_model.bin.index.json; found none of them"));
  const std::string pickle = pickled::program(
      pickled::dict({{"head.head.0.bias",
                      pickled::tensor(pickled::storage("FloatStorage", "0", 1), 0, {1}, {1})}}));
  write("pytorch_model.bin", torch_zip(pickle, {{"0", floats({5})}}));
  EXPECT_THAT(open_set(folder_ / "").keys(), ElementsAre("scratch.output_conv.0.bias"));
  EXPECT_EQ(open_set(folder_ / "").file_name(), folder_.filename().string());
  write("model.safetensors", float_file({{"x", {1}, {1}}}));
  EXPECT_THAT(open_set(folder_).keys(), ElementsAre("x"));
}

/// A file of torch.save with one number under each name.
std::string bin_file(const std::vector<std::string>& names) {
  std::vector<std::pair<std::string, std::string>> entries;
  std::vector<float> values;
  for (const std::string& name : names) {
    const auto at = static_cast<int32_t>(values.size());
    const std::string storage =
        pickled::storage("FloatStorage", "0", static_cast<int32_t>(names.size()));
    entries.emplace_back(name, pickled::tensor(storage, at, {1}, {1}));
    values.push_back(static_cast<float>(at));
  }
  return torch_zip(pickled::program(pickled::dict(entries)), {{"0", floats(values)}});
}

TEST_F(WeightSetTest, FolderOfShardsOfTorchSave) {
  const std::string decoder = "neck.convs.0.weight";
  write("pytorch_model-00001-of-00002.bin", bin_file({"dpt.embeddings.cls_token", hf("query")}));
  write("pytorch_model-00002-of-00002.bin", bin_file({decoder, hf("key"), hf("value")}));
  const auto index = [&](const std::string& first, const std::string& second) {
    write("pytorch_model.bin.index.json",
          fmt::format(R"({{"weight_map":{{"dpt.embeddings.cls_token":"{}","{}":"{}"}}}})", first,
                      decoder, second));
  };
  index("pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin");
  EXPECT_THAT(open_set(folder_).keys(),
              ElementsAre("pretrained.model.blocks.3.attn.qkv.weight", "pretrained.model.cls_token",
                          "scratch.layer1_rn.weight"));
  EXPECT_EQ(find_model_files(folder_).weights.size(), 2U);
  index("pytorch_model-00001-of-00002.bin", "pytorch_model-00003-of-00002.bin");
  EXPECT_THAT(error_of([&] { open_set(folder_); }),
              HasSubstr("names the file pytorch_model-00003-of-00002.bin for 1 of the tensors"));
  index("pytorch_model-00001-of-00002.bin", "../pytorch_model-00002-of-00002.bin");
  EXPECT_THAT(error_of([&] { open_set(folder_); }), HasSubstr("is no name of a file"));
  index("pytorch_model-00001-of-00002.bin", "pytorch_model-00001-of-00002.bin");
  EXPECT_THAT(error_of([&] { open_set(folder_); }), HasSubstr("is not in pytorch_model-0000"));
  write("pytorch_model-00002-of-00002.bin", bin_file({decoder, hf("key"), hf("query")}));
  index("pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin");
  EXPECT_THAT(error_of([&] { open_set(folder_); }), HasSubstr("is the same tensor as"));
  // One file comes before shards.
  write("pytorch_model.bin", bin_file({"x"}));
  EXPECT_THAT(open_set(folder_).keys(), ElementsAre("x"));
  EXPECT_THAT(find_model_files(folder_).weight_paths(), ElementsAre(folder_ / "pytorch_model.bin"));
}

TEST_F(WeightSetTest, FilesThatWereNotDownloaded) {
  const std::string pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 1368000000\n";
  const std::string page = "\n <!DOCTYPE html><html>Not found</html>";
  const auto error_for = [&](const char* name, const std::string& content) {
    const fs::path path = write(name, content);
    const std::string error = error_of([&] { open_set(name[0] == 'a' ? path : folder_); });
    EXPECT_THAT(error, StartsWith(path.string() + ": expected "));
    return error;
  };
  const auto is_pointer = HasSubstr(
      "found a Git LFS pointer: the file itself, of 1368000000 bytes, was not downloaded; \"git "
      "lfs "
      "pull\" in its folder gets it");
  const auto is_page =
      HasSubstr("found an HTML or XML page: the download failed or led to another");
  for (const char* name : {"a.safetensors", "a.pt", "a.bin", "a.ckpt"}) {
    EXPECT_THAT(error_for(name, pointer), is_pointer) << name;
    EXPECT_THAT(error_for(name, page), is_page) << name;
    EXPECT_THAT(error_for(name, "<?xml version=\"1.0\"?><Error>AccessDenied</Error>"), is_page);
    // The ninth byte is that of a safetensors header.
    EXPECT_THAT(
        error_for(name, R"({"data":{"message":"none"}})"),
        HasSubstr("found JSON text, which begins {\"data\":{\"message\":\"none\"}}: perhaps a "
                  "server's message"))
        << name;
    EXPECT_THAT(
        error_for(name, "Entry not found\n"),
        HasSubstr("found a text, which begins Entry not found: perhaps a server's message"));
    EXPECT_THAT(error_for(name, "D\xC3\xA9sol\xC3\xA9, introuvable"), HasSubstr("found a text"));
  }
  for (const char* name : {"pytorch_model.bin.index.json", "pytorch_model.bin",
                           "model.safetensors.index.json", "model.safetensors"}) {
    EXPECT_THAT(error_for(name, page), is_page) << name;
    EXPECT_THAT(error_for(name, pointer), is_pointer) << name;
  }
  write("model.safetensors", float_file({{"x", {1}, {1}}}));
  for (const char* name : {"preprocessor_config.json", "config.json"}) {
    EXPECT_THAT(error_for(name, page), is_page) << name;
    EXPECT_THAT(error_for(name, pointer), is_pointer) << name;
  }
}

TEST_F(WeightSetTest, ConfigTextsAreOptionalAndLimited) {
  write("model.safetensors", float_file({{"x", {1}, {1}}}));
  EXPECT_EQ(open_set(folder_).config(), std::nullopt);
  write("config.json", "{}");
  write("preprocessor_config.json", "[]");
  EXPECT_EQ(open_set(folder_).config(), "{}");
  EXPECT_EQ(open_set(folder_).preprocessor_config(), "[]");
  fs::resize_file(folder_ / "config.json", 16'000'001);
  EXPECT_THAT(error_of([&] { open_set(folder_); }),
              HasSubstr("config.json: has 16000001 bytes, more than the limit of 16000000"));
}

TEST_F(WeightSetTest, MissingFile) {
  EXPECT_THAT(error_of([&] { open_set(folder_ / "none.pt"); }),
              StartsWith((folder_ / "none.pt").string() + ": cannot open"));
}

TEST_F(WeightsTest, Sha256OfKnownTexts) {  // FIPS 180-4 examples
  EXPECT_EQ(sha256_of_file(write("a", "")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_of_file(write("a", "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of_file(write("a", std::string(9'000'000, 'a'))),
            "6a04ab516c166c874f1ed30eecfe2c600147179bb8b192fa9ad6320bff925dc6");
  const std::array parts = {write("b", "a"), write("c", "bc")};
  EXPECT_EQ(sha256_of_files(parts), sha256_of_file(write("a", "abc")));
  EXPECT_THAT(error_of([&] { sha256_of_file(folder_ / "none"); }), HasSubstr("none: cannot open"));
}

}  // namespace
}  // namespace dpt::weights
