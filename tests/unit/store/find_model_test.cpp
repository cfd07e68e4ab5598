// Names, paths and repositories of models.
#include "store/find_model.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace dpt::store {
namespace {

namespace fs = std::filesystem;

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

constexpr const char* registry_text = R"({"format": 1, "models": [
  {"name": "tiny", "aliases": ["small"], "task": "depth", "architecture": "dpt",
   "variant": "base", "model_type": null, "file": "tiny-01234567.pt", "url": "http://x/tiny.pt",
   "repo": "some/tiny", "bytes": 5, "sha256": null, "sha256_prefix": "01234567", "licence": "MIT",
   "metric": false, "accuracy": [{"dataset": "d", "metric": "m", "source": "s", "value": 0.5}],
   "notes": null},
  {"name": "other", "aliases": [], "task": "depth", "architecture": "midas",
   "variant": "base", "model_type": null, "file": null, "url": null, "repo": null, "bytes": null,
   "sha256": null, "sha256_prefix": null, "licence": null, "metric": null, "accuracy": [],
   "notes": null}]})";

class FindModelTest : public testing::Test {
 protected:
  FindModelTest() {
    fs::create_directories(known());
    test::TemporaryFolder::write(known() / "registry.json", registry_text);
    cache_.checkpoints = folder_.path() / "checkpoints";
    cache_.hub = folder_.path() / "hub";
  }

  fs::path known() const { return folder_.path() / "known"; }
  Registry registry() const { return Registry(known(), cache_); }
  fs::path find(const std::string& name) const {
    return find_model(name, cache_, [&] { return registry(); });
  }
  std::string error(const std::string& name) const {
    return test::error_of<Error>([&] { find(name); });
  }
  static fs::path make(const fs::path& file, const std::string& text = "x") {
    fs::create_directories(file.parent_path());
    test::TemporaryFolder::write(file, text);
    return file;
  }

  test::TemporaryFolder folder_;
  CacheFolders cache_;
};

TEST_F(FindModelTest, AnEntryOfTheRegistry) {
  const Registry known = registry();
  const KnownModel& tiny = known.get("small");
  EXPECT_EQ(&tiny, known.find("tiny"));
  EXPECT_EQ(&tiny, known.find("tiny-01234567.pt"));
  EXPECT_EQ(&tiny, known.find_repo("some/tiny"));
  EXPECT_EQ(known.find("none"), nullptr);
  EXPECT_TRUE(tiny.is_supported());
  EXPECT_FALSE(known.get("other").is_supported());
  EXPECT_EQ(tiny.bytes, 5);
  EXPECT_EQ(tiny.metric, false);
  EXPECT_EQ(known.get("other").metric, std::nullopt);
  ASSERT_EQ(tiny.accuracy.size(), 1U);
  EXPECT_EQ(tiny.accuracy[0].value, 0.5);
  EXPECT_EQ(test::error_of<Error>([&] { known.get("tyny"); }),
            "tyny: no known model has this name; did you mean tiny? (dpt models list)");
}

TEST_F(FindModelTest, PlacesOfAKnownModelInOrder) {
  EXPECT_EQ(registry().locate(registry().get("tiny")), std::nullopt);
  EXPECT_THAT(error("tiny"), HasSubstr("tiny: not on this machine; \"dpt models pull tiny\""));
  const fs::path snapshot = *cache_.hub / "models--some--tiny/snapshots/abc";
  make(snapshot / "config.json");
  make(*cache_.hub / "models--some--tiny/refs/main", "abc\n");
  EXPECT_EQ(find("tiny"), snapshot);
  const fs::path pulled = make(*cache_.checkpoints / "tiny-01234567.pt");
  EXPECT_EQ(find("tiny"), pulled);
  const fs::path shipped = make(known() / "tiny-01234567.pt");
  EXPECT_EQ(find("small"), shipped);
  make(known() / "config.json");
  EXPECT_EQ(find("tiny"), known());
}

TEST_F(FindModelTest, WhoseFileItIs) {
  const Registry known = registry();
  EXPECT_EQ(known.find_file("/elsewhere/tiny-01234567.pt"), known.find("tiny"));
  EXPECT_EQ(known.find_file("/elsewhere/mine.pt"), nullptr);
  const fs::path snapshot = *cache_.hub / "models--some--tiny/snapshots/main";
  make(snapshot / "config.json");
  EXPECT_EQ(known.find_file(snapshot / "."), known.find("tiny"));
}

TEST_F(FindModelTest, APathNeedsNoRegistry) {
  const auto none = []() -> Registry { fail(ErrorKind::model, "there is no registry"); };
  const fs::path weights = make(folder_.path() / "model/model.safetensors");
  EXPECT_EQ(find_model(weights, {}, none), weights);
  make(folder_.path() / "model/config.json");
  for (const char* name : {"model.safetensors", "pytorch_model.bin", "model.safetensors.index.json",
                           "pytorch_model.bin.index.json"}) {
    EXPECT_EQ(find_model(make(folder_.path() / "model" / name), {}, none),
              folder_.path() / "model");
  }
  const fs::path official = make(folder_.path() / "model/official.pt");
  EXPECT_EQ(find_model(official, {}, none), official);
  EXPECT_EQ(test::error_of<Error>([&] { find_model("tiny", {}, none); }), "there is no registry");
}

TEST_F(FindModelTest, Repositories) {
  EXPECT_EQ(error("hf:some/one"),
            "hf:some/one: not on this machine; \"dpt models pull hf:some/one\" gets it");
  const fs::path repo = *cache_.hub / "models--some--one";
  make(repo / "snapshots/abc/config.json");
  make(repo / "refs/v1", "abc");
  EXPECT_EQ(find("hf:some/one@v1"), repo / "snapshots/abc");
  EXPECT_EQ(find("hf:some/one@abc"), repo / "snapshots/abc");
  EXPECT_THAT(error("hf:some/one"), HasSubstr("not on this machine"));
  make(repo / "refs/evil", "../../..");
  EXPECT_THAT(error("hf:some/one@evil"), HasSubstr("not on this machine"));
  for (const char* text :
       {"hf:", "hf:one", "hf:../x", "hf:a/b@", "hf:a/b@../c", "hf:a/b/c", "hf:a/.b"}) {
    EXPECT_THAT(error(text), EndsWith("expected hf:owner/name or hf:owner/name@revision")) << text;
  }
  EXPECT_EQ(find_snapshot({}, {"some/one", "v1"}), std::nullopt);
}

TEST_F(FindModelTest, WhatThereIsNot) {
  EXPECT_EQ(error(""), "the model's name is empty");
  EXPECT_EQ(error("other"), "other: this version does not run models of the family midas");
  EXPECT_EQ(error("tyny"),
            "tyny: neither a file, a folder nor a known model; did you mean tiny? (dpt models "
            "list)");
  cache_ = {};
  EXPECT_THAT(error("tiny"), HasSubstr("not on this machine"));
  cache_.if_none = "there is no home";
  EXPECT_EQ(test::error_of<Error>([&] { folder_of(cache_, {"a/b"}); }), "there is no home");
}

}  // namespace
}  // namespace dpt::store
