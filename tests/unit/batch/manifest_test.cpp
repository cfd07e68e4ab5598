// The record of what was done.
#include "batch/manifest.h"

#include <gtest/gtest.h>

#include <array>

#include "base/error.h"
#include "base/file/sha256.h"
#include "base/json.h"
#include "support/temporary_folder.h"

namespace dpt::batch {
namespace {

namespace fs = std::filesystem;

const MadeBy mine = {"model.pt", "cafe", "--colormap gray"};

TEST(Manifest, HasALineForEachEntry) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.path() / "new" / "done.jsonl";
  const fs::path input = folder.path() / "a.jpg";
  test::TemporaryFolder::write(input, "picture");
  const std::array<fs::path, 2> outputs = {"a.depth.png", "a.color.png"};
  {
    Manifest manifest(path, mine);
    manifest.add({input, outputs, 1.5, {}});
    manifest.add({"-", outputs, 0, "-: no picture"});
  }
  const std::string text = test::TemporaryFolder::read(path);
  const size_t end = text.find('\n');
  const Json done = Json::parse(text.substr(0, end));
  EXPECT_EQ(done.at("input").text(), input.string());
  EXPECT_EQ(done.at("outputs").items().at(1).text(), "a.color.png");
  EXPECT_EQ(done.at("sha256").text(), sha256_of_file(input));
  EXPECT_EQ(done.at("model").text(), "model.pt");
  EXPECT_EQ(done.at("model_sha256").text(), "cafe");
  EXPECT_EQ(done.at("options").text(), "--colormap gray");
  EXPECT_FALSE(done.contains("error"));
  const Json failed = Json::parse(text.substr(end + 1));
  EXPECT_EQ(failed.at("error").text(), "-: no picture");
}

TEST(Manifest, EndsALineThatAKilledRunLeft) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.path() / "done.jsonl";
  test::TemporaryFolder::write(path, "{\"input\": \"a");
  { const Manifest manifest(path, mine); }
  EXPECT_EQ(test::TemporaryFolder::read(path), "{\"input\": \"a\n");
}

TEST(Manifest, NamesAFileThatCannotBeOpened) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(test::error_of<Error>([&] { const Manifest manifest(folder.path(), mine); }),
            folder.path().string() + ": cannot open: Is a directory");
}

TEST(Manifest, TellsWhatOthersMade) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.path() / "done.jsonl";
  const auto add = [&](const MadeBy& made_by, const fs::path& output, const std::string& error) {
    const std::array<fs::path, 1> outputs = {output};
    Manifest(path, made_by).add({"-", outputs, 0, error});
  };
  MadeBy other_model = mine;
  other_model.model_sha256 = "beef";
  MadeBy other_options = mine;
  other_options.options.clear();
  add(mine, "a.png", {});
  add(other_model, "b.png", {});
  add(other_options, "c.png", {});
  add(other_model, "d.png", {});
  add(mine, "d.png", {});             // the last counts
  add(other_model, "e.png", "lost");  // made nothing
  test::TemporaryFolder::write(path, test::TemporaryFolder::read(path) + "{}\nno JSON\n");
  EXPECT_EQ(made_by_others(path, mine), (std::set<fs::path>{"b.png", "c.png"}));
  EXPECT_TRUE(made_by_others(folder.path() / "none.jsonl", mine).empty());
}

}  // namespace
}  // namespace dpt::batch
