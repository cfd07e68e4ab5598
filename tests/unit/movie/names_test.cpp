// What the results of a movie are called, and which pictures a source stands for.
#include "movie/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "movie/pictures.h"
#include "support/temporary_folder.h"

namespace dpt::movie {
namespace {

namespace fs = std::filesystem;

class MovieNames : public testing::Test {
 protected:
  std::string add(const std::string& name) const {
    const fs::path path = folder_.path() / name;
    fs::create_directories(path.parent_path());
    test::TemporaryFolder::write(path, "");
    return path.string();
  }
  std::string in(const std::string& name) const { return (folder_.path() / name).string(); }

 private:
  test::TemporaryFolder folder_;
};

TEST_F(MovieNames, StandBesideTheSource) {
  const std::string clip = add("clip.mp4");
  EXPECT_EQ(output_path(clip, "", model::Task::depth), in("clip.depth.mp4"));
  EXPECT_EQ(output_path(clip, "", model::Task::segmentation), in("clip.labels.mp4"));
  EXPECT_EQ(output_path(clip, in("out/"), model::Task::depth), in("out/clip.depth.mp4"));
  EXPECT_EQ(output_path(clip, in("x.mkv"), model::Task::depth), in("x.mkv"));
}

TEST_F(MovieNames, OfPicturesGetANumber) {
  add("shots/a_1.png");
  EXPECT_EQ(output_path(in("shots/a_%d.png"), "", model::Task::depth), in("shots/a.depth.mp4"));
  add("shots/a.depth.mp4");
  EXPECT_EQ(output_path(in("shots/a_%d.png"), "", model::Task::depth), in("shots/a-2.depth.mp4"));
}

TEST_F(MovieNames, NeverThoseOfTheSource) {
  const std::string clip = add("clip.mp4");
  EXPECT_EQ(test::error_of<Error>([&] { output_path(clip, clip, model::Task::depth); }),
            clip + ": the output would overwrite the source");
  add("shots/1.png");
  const std::string pattern = in("shots/%d.npy");
  EXPECT_EQ(test::error_of<Error>([&] { output_path(in("shots"), pattern, model::Task::depth); }),
            "output " + pattern +
                ": is in the folder of the source's pictures, which it could overwrite");
}

TEST_F(MovieNames, SequencesHaveOneNumberAndAFormatOfFrames) {
  for (const char* name : {"%d.png", "out/f_%05d.npy", "%03d.exr", "%d.TIF"}) {
    EXPECT_TRUE(is_sequence(name)) << name;
  }
  for (const char* name : {"a.png", "%d.mp4", "%d_%d.png", "%x.png", "%d/a.png"}) {
    EXPECT_FALSE(is_sequence(name)) << name;
  }
  EXPECT_EQ(test::error_of<Error>([] { refuse_half_a_pattern("output", "a%x.png"); }),
            "output a%x.png: expected one number in the files' name, as in out/%05d.png");
  EXPECT_EQ(test::error_of<Error>([] { refuse_half_a_pattern("output", "50%.mp4"); }), "no error");
}

TEST_F(MovieNames, FindTheFirstOfASequence) {
  EXPECT_EQ(first_of_sequence(in("none/%03d.png")), "");
  add("out/010.png");
  add("out/002.png");
  EXPECT_EQ(first_of_sequence(in("out/%03d.png")), in("out/002.png"));
}

TEST_F(MovieNames, PicturesStandInTheirNumbersOrder) {
  for (const char* name : {"s/10.png", "s/2.png", "s/1.png"}) add(name);
  const std::vector<fs::path> expected = {in("s/1.png"), in("s/2.png"), in("s/10.png")};
  EXPECT_EQ(pictures_of(in("s")).files, expected);
  EXPECT_EQ(pictures_of(in("s/%d.png")).files, expected);
  EXPECT_TRUE(pictures_of(add("clip.mp4")).files.empty());
  EXPECT_EQ(test::error_of<Error>([&] { pictures_of(in("s/b%d.png")); }),
            in("s/b%d.png") + ": no such picture is there");
}

}  // namespace
}  // namespace dpt::movie
