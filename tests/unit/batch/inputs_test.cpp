// Which pictures names stand for.
#include "batch/inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace dpt::batch {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class InputsTest : public testing::Test {
 protected:
  std::string add(const std::string& name, const std::string& text = "") const {
    const fs::path path = folder_.path() / name;
    fs::create_directories(path.parent_path());
    test::TemporaryFolder::write(path, text);
    return path.string();
  }

  static std::vector<std::string> names(const Inputs& inputs) {
    std::vector<std::string> found;
    for (const InputFile& file : inputs.files) found.push_back(file.path.filename().string());
    return found;
  }

  std::string folder() const { return folder_.path().string(); }

 private:
  test::TemporaryFolder folder_;
};

TEST_F(InputsTest, FilesAreTakenWhateverTheirNames) {
  const Inputs inputs = collect_inputs({.arguments = {add("a.xyz")}, .list = {}});
  EXPECT_THAT(names(inputs), ElementsAre("a.xyz"));
  EXPECT_FALSE(inputs.several);
}

TEST_F(InputsTest, AFoldersPicturesInsteadOfIt) {
  add("b.jpg");
  add("a.png");
  add("notes.txt", "text");
  add("below/c.jpg");
  const Inputs flat = collect_inputs({.arguments = {folder()}, .list = {}});
  EXPECT_THAT(names(flat), ElementsAre("a.png", "b.jpg"));
  EXPECT_TRUE(flat.several);
  EXPECT_THAT(flat.notes, ElementsAre(folder() + ": left out 1 file: 1 .txt"));
  const Inputs deep = collect_inputs({.arguments = {folder()}, .list = {}, .recursive = true});
  ASSERT_THAT(names(deep), ElementsAre("a.png", "b.jpg", "c.jpg"));
  EXPECT_EQ(deep.files[2].below, "below");
}

TEST_F(InputsTest, PatternsThatNoFileHas) {
  add("a1.jpg");
  add("a2.jpg");
  const std::string one = add("b[1].jpg");
  const Inputs inputs = collect_inputs({.arguments = {folder() + "/a?.jpg", one}, .list = {}});
  EXPECT_THAT(names(inputs), ElementsAre("a1.jpg", "a2.jpg", "b[1].jpg"));
}

TEST_F(InputsTest, WhatIsNotThereIsAProblem) {
  const Inputs inputs = collect_inputs(
      {.arguments = {folder() + "/none.jpg", folder() + "/*.gif", folder()}, .list = {}});
  ASSERT_EQ(inputs.problems.size(), 3U);
  EXPECT_EQ(inputs.problems[0], folder() + "/none.jpg: cannot open: No such file or directory");
  EXPECT_EQ(inputs.problems[1], folder() + "/*.gif: matches no file");
  EXPECT_THAT(inputs.problems[2], testing::StartsWith(folder() + ": the folder holds no pictures"));
}

TEST_F(InputsTest, AListAddsItsNames) {
  const std::string a = add("a.jpg");
  const std::string b = add("b.jpg");
  const Inputs inputs =
      collect_inputs({.arguments = {a}, .list = add("list.txt", b + "\n\n" + a + "\n")});
  EXPECT_THAT(names(inputs), ElementsAre("a.jpg", "b.jpg", "a.jpg"));
  EXPECT_TRUE(inputs.listed);
}

TEST_F(InputsTest, FramesInNaturalOrder) {
  for (const char* name : {"10.png", "2.png", "1.png"}) add(name);
  Inputs inputs = collect_inputs({.arguments = {folder()}, .list = {}});
  put_in_natural_order(inputs);
  EXPECT_THAT(names(inputs), ElementsAre("1.png", "2.png", "10.png"));
}

TEST_F(InputsTest, AListHasItsOwnOrder) {
  const std::string text = add("10.png") + "\n" + add("2.png") + "\n";
  Inputs inputs = collect_inputs({.arguments = {}, .list = add("list.txt", text)});
  put_in_natural_order(inputs);
  EXPECT_THAT(names(inputs), ElementsAre("10.png", "2.png"));
}

TEST_F(InputsTest, SomethingMustBeNamed) {
  EXPECT_EQ(test::error_of<Error>([] { collect_inputs({}); }),
            "no input; name pictures, or folders of pictures");
  EXPECT_EQ(test::error_of<Error>([] { collect_inputs({.arguments = {""}, .list = {}}); }),
            "an input's name is empty");
}

}  // namespace
}  // namespace dpt::batch
