// Which files a model consists of.
#include "weights/model_files.h"

#include <gmock/gmock.h>

#include "test_files.h"

namespace dpt::weights {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr const char* index_of_odd_names =
    R"({"weight_map":{"x":"part-b.safetensors","y":"encoder.bin","z":"encoder.bin"}})";

class ModelFilesTest : public WeightsTest {
 protected:
  void write_shards() const {
    write("model.safetensors.index.json", index_of_odd_names);
    write("part-b.safetensors", "b");
    write("encoder.bin", "e");
    write("model-00001-of-00001.safetensors", "of nobody");
  }
};

TEST_F(ModelFilesTest, AFileIsItsOwnWeights) {
  const fs::path file = write("a.pt", "a");
  write("config.json", "{}");
  const ModelFiles files = find_model_files(file);
  EXPECT_THAT(files.all(), ElementsAre(file));
  EXPECT_EQ(files.index, std::nullopt);
  EXPECT_THAT(reserved_files(file), ElementsAre(file));
}

TEST_F(ModelFilesTest, ShardsAreThoseOfTheIndexWhateverTheirNames) {
  write_shards();
  write("processor_config.json", "{}");
  write("config.json", "{}");
  const ModelFiles files = find_model_files(folder_);
  EXPECT_THAT(files.weight_paths(),
              ElementsAre(folder_ / "encoder.bin", folder_ / "part-b.safetensors"));
  EXPECT_THAT(files.weights[0].tensors, ElementsAre("y", "z"));
  EXPECT_EQ(files.index, folder_ / "model.safetensors.index.json");
  EXPECT_THAT(files.configs,
              ElementsAre(folder_ / "config.json", folder_ / "processor_config.json"));
  EXPECT_EQ(files.all().size(), 5U);
  ASSERT_NE(files.config(config_name), nullptr);
  EXPECT_EQ(files.config(preprocessor_config_name), nullptr);
  EXPECT_THAT(shard_names(*files.index), ElementsAre("encoder.bin", "part-b.safetensors"));
}

TEST_F(ModelFilesTest, WhatIsReadOrWouldBeIsReserved) {
  write_shards();
  const std::vector<fs::path> reserved = reserved_files(folder_);
  for (const char* name : {"encoder.bin", "part-b.safetensors", "model.safetensors.index.json",
                           "model.safetensors", "pytorch_model.bin", "pytorch_model.bin.index.json",
                           "config.json", "preprocessor_config.json", "processor_config.json"}) {
    EXPECT_THAT(reserved, Contains(folder_ / name)) << name;
  }
  EXPECT_THAT(reserved, Not(Contains(folder_ / "model-00001-of-00001.safetensors")));
  // Nothing is thrown for a broken index; the files whose names are fixed stay reserved.
  write("model.safetensors.index.json", "no JSON");
  EXPECT_THAT(reserved_files(folder_), Contains(folder_ / "model.safetensors.index.json"));
  EXPECT_THAT(reserved_files(folder_ / "none"), ElementsAre(folder_ / "none"));
}

TEST_F(ModelFilesTest, FoldersThatAreNoModel) {
  EXPECT_THAT(error_of([&] { find_model_files(folder_); }), HasSubstr("found none of them"));
  write("model.safetensors.index.json", index_of_odd_names);
  write("part-b.safetensors", "b");
  EXPECT_THAT(error_of([&] { find_model_files(folder_); }),
              EndsWith("model.safetensors.index.json: names the file encoder.bin for 2 of the "
                       "tensors, which is not in the folder"));
}

TEST(ChooseFiles, SafetensorsComeBeforePicklesAndOneFileBeforeShards) {
  std::set<std::string> names = {"pytorch_model.bin", "model.safetensors.index.json",
                                 "preprocessor_config.json", "config.json", "README.md"};
  const auto choose = [&] {
    return choose_files([&](const std::string& name) { return names.contains(name); });
  };
  EXPECT_EQ(choose()->weights, "model.safetensors.index.json");
  EXPECT_TRUE(choose()->is_index);
  EXPECT_THAT(choose()->configs, ElementsAre("config.json", "preprocessor_config.json"));
  names.insert("model.safetensors");
  EXPECT_EQ(choose()->weights, "model.safetensors");
  EXPECT_FALSE(choose()->is_index);
  names = {"config.json", "old/model.safetensors"};
  EXPECT_FALSE(choose().has_value());
  EXPECT_TRUE(is_weights_name("pytorch_model.bin.index.json"));
  EXPECT_FALSE(is_weights_name("official.pt"));
}

}  // namespace
}  // namespace dpt::weights
