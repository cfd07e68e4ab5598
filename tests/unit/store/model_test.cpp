// What is said of a model's files, and new ones made of them.
#include <gmock/gmock.h>

#include "base/error.h"
#include "base/file/sha256.h"
#include "model/families.h"
#include "store/convert_model.h"
#include "store/hash.h"
#include "store/verify.h"
#include "support/temporary_folder.h"

namespace dpt::store {
namespace {

namespace fs = std::filesystem;

using testing::ElementsAre;

fs::path tiny() { return fs::path(DPT_TEST_DATA) / "tiny" / "vit-depth"; }

/// The model of `folder` with its weights in two files whose names are nobody's pattern.
fs::path with_odd_shards(const test::TemporaryFolder& place, const fs::path& folder) {
  const fs::path target = place.path() / "shards";
  fs::create_directories(target);
  for (const char* name : {"config.json", "preprocessor_config.json"}) {
    fs::copy(folder / name, target / name);
  }
  // Any file of tensors is a shard: one holds all, and one a tensor that no network has.
  fs::copy(folder / "model.safetensors", target / "network.weights");
  const std::string header = R"({"other":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  std::string bytes(8, '\0');
  bytes[0] = static_cast<char>(header.size());
  test::TemporaryFolder::write(target / "rest", bytes + header + std::string(4, '\0'));
  std::string map = R"("other": "rest")";
  const auto file = weights::open_checkpoint(folder / "model.safetensors");
  for (const auto& [name, view] : file->tensors()) map += ", \"" + name + "\": \"network.weights\"";
  test::TemporaryFolder::write(target / "model.safetensors.index.json",
                               "{\"weight_map\": {" + map + "}}");
  return target;
}

TEST(Hash, OfWeightsAndConfigurations) {
  const test::TemporaryFolder place;
  const fs::path model = place.copy(tiny());
  const std::vector<fs::path> files = {model / "model.safetensors", model / "config.json",
                                       model / "preprocessor_config.json"};
  EXPECT_EQ(hash_of_model(model), sha256_of_files(files));
  EXPECT_EQ(hash_of_model(model / "official.pt"), sha256_of_file(model / "official.pt"));
  const std::string before = hash_of_model(model);
  test::TemporaryFolder::replace(model / "config.json", "{", "{ ");
  EXPECT_NE(hash_of_model(model), before);
}

TEST(Hash, OfShardsWhateverTheirNames) {
  const test::TemporaryFolder place;
  const fs::path model = with_odd_shards(place, tiny());
  EXPECT_EQ(model::open_weights(model).keys().size(),
            model::open_weights(tiny()).keys().size() + 1);
  const std::string before = hash_of_model(model);
  EXPECT_EQ(before.size(), 64U);
  std::string rest = test::TemporaryFolder::read(model / "rest");
  rest.back() = '\1';
  test::TemporaryFolder::write(model / "rest", rest);
  EXPECT_NE(hash_of_model(model), before);
}

TEST(Verify, FilesAndValues) {
  const test::TemporaryFolder place;
  test::TemporaryFolder::write(place.path() / "registry.json", R"({"format": 1, "models": []})");
  const Registry registry(place.path());
  const fs::path official = place.copy(tiny()) / "official.pt";
  const std::string hash = sha256_of_file(official);
  const Verification unknown = verify_model(official, registry);
  ASSERT_EQ(unknown.files.size(), 1U);
  EXPECT_EQ(unknown.files[0].sha256, hash);
  EXPECT_EQ(unknown.files[0].match, std::nullopt);
  EXPECT_TRUE(unknown.is_good());
  const fs::path named = place.path() / ("mine-" + hash.substr(0, 8) + ".pt");
  fs::copy(official, named);
  EXPECT_EQ(verify_model(named, registry).files[0].match, true);
  const fs::path wrong = place.path() / "mine-01234567.pt";
  fs::copy(official, wrong);
  EXPECT_EQ(verify_model(wrong, registry).files[0].match, false);
  EXPECT_FALSE(verify_model(wrong, registry).is_good());
  const Verification broken =
      verify_model(fs::path(DPT_TEST_DATA) / "pt" / "nan_weight.pt", registry);
  EXPECT_EQ(broken.non_finite.size(), 1U);
  EXPECT_FALSE(broken.is_good());
  EXPECT_EQ(verify_model(with_odd_shards(place, tiny()), registry).files.size(), 2U);
}

TEST(Conversion, WhatIsWritten) {
  const test::TemporaryFolder place;
  const auto source = model::open_weights(tiny());
  const Conversion file =
      plan_conversion(source, place.path() / "a.safetensors", false, WrittenType::fp16);
  EXPECT_THAT(file.files(), ElementsAre(place.path() / "a.safetensors"));
  convert_model(source, file);
  const auto written = model::open_weights(place.path() / "a.safetensors");
  EXPECT_EQ(written.config(), source.config());
  EXPECT_EQ(written.dtype("scratch.layer1_rn.weight"), DType::f16);
  const Conversion folder =
      plan_conversion(written, place.path() / "b/model.safetensors", true, std::nullopt);
  EXPECT_THAT(folder.files(), ElementsAre(place.path() / "b/model.safetensors",
                                          place.path() / "b/preprocessor_config.json",
                                          place.path() / "b/config.json"));
  convert_model(written, folder);
  EXPECT_EQ(model::open_weights(place.path() / "b").config(), source.config());
  EXPECT_EQ(parse_enum<WrittenType>("fp64"), std::nullopt);
}

TEST(Conversion, ItsSourceIsNotWrittenOver) {
  const test::TemporaryFolder place;
  const fs::path model = with_odd_shards(place, tiny());
  const auto source = model::open_weights(model);
  EXPECT_TRUE(would_overwrite(source, model / "new.safetensors", false));
  EXPECT_FALSE(would_overwrite(source, place.path() / "new.safetensors", false));
  // As in Hugging Face's cache: a folder of links to files elsewhere.
  const fs::path snapshot = place.path() / "snapshot";
  fs::create_directories(snapshot);
  for (const auto& entry : fs::directory_iterator(model)) {
    fs::create_symlink(entry.path(), snapshot / entry.path().filename());
  }
  const auto linked = model::open_weights(snapshot);
  EXPECT_TRUE(would_overwrite(linked, model / "network.weights", false));
  EXPECT_TRUE(would_overwrite(linked, model / "model.safetensors", true));
  EXPECT_FALSE(would_overwrite(linked, place.path() / "new" / "model.safetensors", true));
}

}  // namespace
}  // namespace dpt::store
