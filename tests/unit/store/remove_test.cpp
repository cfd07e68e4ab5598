// Removing what was pulled, and nothing else.
#include "store/remove.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace dpt::store {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;

/// A cache with some/tiny in two revisions, which share a blob.
class RemoveTest : public testing::Test {
 protected:
  RemoveTest() {
    cache_.hub = folder_.path();
    cache_.checkpoints = folder_.path() / "checkpoints";
    link("aaa", "config.json", "config-of-both");
    link("aaa", "model.safetensors", "weights-a");
    link("bbb", "config.json", "config-of-both");
    link("bbb", "model.safetensors", "weights-b");
    make(repo() / "refs/main", "aaa");
    make(repo() / "refs/v2", "bbb");
  }

  fs::path repo() const { return folder_.path() / "models--some--tiny"; }
  fs::path snapshot(const std::string& commit) const { return repo() / "snapshots" / commit; }
  fs::path blob(const std::string& name) const { return repo() / "blobs" / name; }
  static fs::path make(const fs::path& file, const std::string& text = "x") {
    fs::create_directories(file.parent_path());
    test::TemporaryFolder::write(file, text);
    return file;
  }
  void link(const std::string& commit, const std::string& file, const std::string& name) const {
    make(blob(name), name);
    fs::create_directories(snapshot(commit));
    fs::create_symlink(fs::path("../../blobs") / name, snapshot(commit) / file);
  }
  static Registry no_registry() { fail(ErrorKind::model, "there is no registry"); }
  Removed remove(const std::string& name) const { return remove_model(name, cache_, no_registry); }
  std::string error(const std::string& name) const {
    return test::error_of<Error>([&] { remove(name); });
  }

  test::TemporaryFolder folder_;
  CacheFolders cache_;
};

TEST_F(RemoveTest, ARevisionLeavesTheOthers) {
  const Removed removed = remove("hf:some/tiny@v2");
  EXPECT_EQ(removed.place, snapshot("bbb"));
  EXPECT_FALSE(removed.others_stay);
  EXPECT_FALSE(fs::exists(snapshot("bbb")));
  EXPECT_FALSE(fs::exists(blob("weights-b")));
  EXPECT_FALSE(fs::exists(repo() / "refs/v2"));
  EXPECT_EQ(find_snapshot(cache_, {"some/tiny"}), snapshot("aaa"));
  EXPECT_EQ(test::TemporaryFolder::read(snapshot("aaa") / "config.json"), "config-of-both");
  EXPECT_EQ(test::TemporaryFolder::read(snapshot("aaa") / "model.safetensors"), "weights-a");
  EXPECT_THAT(error("hf:some/tiny@v2"), HasSubstr("hf:some/tiny@v2: was not downloaded to"));
  // The last one takes the folder with it.
  remove("hf:some/tiny@main");
  EXPECT_FALSE(fs::exists(repo()));
  EXPECT_EQ(error("hf:some/tiny"), "hf:some/tiny: was not downloaded to " + repo().string());
}

TEST_F(RemoveTest, ACommitThatHasAnotherNameStays) {
  make(repo() / "refs/pr/1", "bbb");
  EXPECT_EQ(remove("hf:some/tiny@v2").place, repo() / "refs/v2");
  EXPECT_TRUE(fs::exists(snapshot("bbb") / "model.safetensors"));
  // A commit by itself goes, with all its names.
  EXPECT_EQ(remove("hf:some/tiny@bbb").place, snapshot("bbb"));
  EXPECT_FALSE(fs::exists(repo() / "refs/pr/1"));
  EXPECT_TRUE(fs::exists(snapshot("aaa") / "model.safetensors"));
}

TEST_F(RemoveTest, WithoutARevisionAllGo) {
  make(blob("0123.part"));
  link("ccc", "model.safetensors", "of-an-interrupted-pull");
  const Removed removed = remove("hf:some/tiny");
  EXPECT_EQ(removed.place, repo());
  EXPECT_FALSE(removed.others_stay);
  EXPECT_FALSE(fs::exists(repo()));
}

TEST_F(RemoveTest, FilesOfOthersStay) {
  link("bbb", "tokenizer.json", "tokens");
  make(snapshot("bbb") / "preprocessor_config.json", "the user's own");
  make(folder_.path() / "elsewhere");
  fs::create_symlink(folder_.path() / "elsewhere", snapshot("bbb") / "pytorch_model.bin");
  EXPECT_TRUE(remove("hf:some/tiny").others_stay);
  EXPECT_FALSE(fs::exists(snapshot("aaa")));
  EXPECT_FALSE(fs::exists(snapshot("bbb") / "config.json"));
  EXPECT_FALSE(fs::exists(blob("weights-b")));
  EXPECT_EQ(test::TemporaryFolder::read(snapshot("bbb") / "tokenizer.json"), "tokens");
  EXPECT_TRUE(fs::exists(snapshot("bbb") / "preprocessor_config.json"));
  EXPECT_TRUE(fs::exists(folder_.path() / "elsewhere"));
  EXPECT_TRUE(fs::is_symlink(snapshot("bbb") / "pytorch_model.bin"));
  EXPECT_TRUE(fs::exists(repo() / "refs/v2"));  // by which the other files are found
  EXPECT_FALSE(fs::exists(repo() / "refs/main"));
}

TEST_F(RemoveTest, ShardsGoWithTheirIndex) {
  make(blob("index"), R"({"weight_map":{"x":"one.bin","y":"two.bin"}})");
  link("ddd", "one.bin", "1");
  link("ddd", "two.bin", "2");
  fs::create_symlink("../../blobs/index", snapshot("ddd") / "pytorch_model.bin.index.json");
  EXPECT_FALSE(remove("hf:some/tiny@ddd").others_stay);
  for (const char* name : {"1", "2", "index"}) EXPECT_FALSE(fs::exists(blob(name))) << name;
}

TEST_F(RemoveTest, ACheckpointOfTheRegistry) {
  make(folder_.path() / "known/registry.json", R"({"format": 1, "models": [
    {"name": "tiny", "aliases": [], "task": "depth", "architecture": "dpt", "variant": "base",
     "model_type": null, "file": "tiny.pt", "url": null, "repo": "some/tiny", "bytes": null,
     "sha256": null, "sha256_prefix": null, "licence": null, "metric": null, "accuracy": [],
     "notes": null}]})");
  const auto registry = [&] { return Registry(folder_.path() / "known", cache_); };
  make(*cache_.checkpoints / "tiny.pt");
  make(folder_.path() / "known/tiny.pt");
  EXPECT_EQ(remove_model("tiny", cache_, registry).place, *cache_.checkpoints / "tiny.pt");
  EXPECT_EQ(test::error_of<Error>([&] { remove_model("tiny", cache_, registry); }),
            "tiny: was not downloaded to " + (*cache_.checkpoints / "tiny.pt").string());
  EXPECT_TRUE(fs::exists(folder_.path() / "known/tiny.pt"));
  EXPECT_TRUE(fs::exists(snapshot("aaa") / "config.json"));
}

}  // namespace
}  // namespace dpt::store
