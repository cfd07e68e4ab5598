// Which files of a folder are taken for pictures.
#include "image/picture_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "base/file/file.h"
#include "image/codec/picture_kind.h"
#include "test_files.h"

namespace dpt::image {
namespace {

using namespace std::string_literals;
namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class PictureFolders : public testing::Test {
 protected:
  void SetUp() override {
    folder = fs::path(testing::TempDir()) / fmt::format("picture-folder-{}", ::getpid());
    fs::create_directories(folder / "below");
  }
  void TearDown() override { fs::remove_all(folder); }

  void put(const std::string& name, const std::string& text) const {
    write_file(folder / name, bytes_of(text));
  }
  void copy(const std::string& name, const std::string& fixture) const {
    fs::copy_file(data_file("image/pictures/" + fixture), folder / name);
  }
  std::vector<std::string> names(const PictureFolder& found) const {
    std::vector<std::string> all;
    for (const PictureFile& picture : found.pictures) {
      all.push_back(fs::relative(picture.path, folder).string());
    }
    return all;
  }

  fs::path folder;
};

TEST_F(PictureFolders, TakesPicturesByContent) {
  for (const char* name : {"a.mpo", "b.jif", "c.pjpeg", "d.thm", "e", "f.JPE"})
    copy(name, "gray.jpg");
  copy("g.apng", "rgb8.png");
  copy("h.dib", "bgr24.bmp");
  put("i.avifs", "\0\0\0\x1c"s + "ftypavis\0\0\0\0avismsf1miaf"s);
  copy("j.xyz", "rgb8.tif");
  copy("k.dat", "lossy.webp");
  copy("l.image", "text.pgm");
  copy("m.odd", "os2.bmp");
  put("n.HIF", "\0\0\0\x1c"s + "ftypheic\0\0\0\0mif1heicmiaf"s);
  put("o.bin", "\0\0\0\x1c"s + "ftypABCD\0\0\0\0mif1heicmiaf"s);
  const PictureFolder found = list_pictures(folder, false);
  EXPECT_THAT(names(found),
              ElementsAre("a.mpo", "b.jif", "c.pjpeg", "d.thm", "e", "f.JPE", "g.apng", "h.dib",
                          "i.avifs", "j.xyz", "k.dat", "l.image", "m.odd", "n.HIF", "o.bin"));
  EXPECT_EQ(describe_left_out(found), "");
}

TEST_F(PictureFolders, CountsWhatItLeavesOut) {
  copy("a.jpg", "gray.jpg");
  put("empty.jpg", "");  // said to be a picture: reading it will say what is wrong
  put("b.txt", "BMW and P5 notes");
  put("c.TXT", "P5 and more\n");
  put("d.mov", "\0\0\0\x14"s + "ftypqt  \0\0\0\0qt  "s);
  put("e", "");
  put(".hidden", "text");
  put("x.depth.png", "ours");
  put("x.depth.npy", "ours");
  put("x.points.ply", "ours");
  put("below/f.txt", "");
  put("below/g.gif", "GIF89a");
  put("P1", "P1 is the first of our projects");
  const PictureFolder found = list_pictures(folder, false);
  EXPECT_THAT(names(found), ElementsAre("a.jpg", "empty.jpg"));
  EXPECT_THAT(found.problems, IsEmpty());
  EXPECT_EQ(describe_left_out(found), "left out 5 files: 2 .txt, 2 without extension, 1 .mov");
  EXPECT_EQ(describe_left_out(list_pictures(folder, true)),
            "left out 7 files: 3 .txt, 2 without extension, 1 .gif, 1 .mov");
  EXPECT_EQ(list_pictures(folder / "below", false).pictures.size(), 0U);
}

TEST_F(PictureFolders, NamesAFewKinds) {
  PictureFolder found;
  EXPECT_EQ(describe_left_out(found), "");
  found.left_out = {{".a", 1}};
  EXPECT_EQ(describe_left_out(found), "left out 1 file: 1 .a");
  found.left_out = {{".a", 1}, {".b", 2}, {".c", 3}, {".d", 4}, {".e", 5}, {".f", 6}, {".g", 7}};
  EXPECT_EQ(describe_left_out(found),
            "left out 28 files: 7 .g, 6 .f, 5 .e, 4 .d, 3 .c, 3 of 2 other kinds");
}

TEST_F(PictureFolders, WaitsForNothing) {
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo((folder / "pipe.png").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", folder / "zeros");
  fs::create_symlink("nothing", folder / "dangling.txt");
  fs::create_symlink("nothing", folder / "dangling.png");
  fs::create_directory_symlink(folder / "below", folder / "link");
  copy("below/a.jpg", "gray.jpg");
  put("locked.txt", "text");
  fs::permissions(folder / "locked.txt", fs::perms::none);
  const bool locked = ::access((folder / "locked.txt").c_str(), R_OK) != 0;
  const PictureFolder found = list_pictures(folder, true);
  EXPECT_THAT(names(found), ElementsAre("below/a.jpg"));
  EXPECT_EQ(found.pictures.front().below, "below");
  EXPECT_THAT(found.problems, ElementsAre((folder / "dangling.png").string() +
                                          ": cannot open: is a link to nothing"));
  EXPECT_EQ(describe_left_out(found), locked ? "left out 4 files: 3 pipe or device, 1 unreadable"
                                             : "left out 4 files: 3 pipe or device, 1 .txt");
  EXPECT_THAT(list_pictures(folder / "gone", false).problems,
              ElementsAre(testing::HasSubstr("cannot read the folder")));
}

TEST_F(PictureFolders, FindsPicturesByStem) {
  copy("a.HIF", "gray.jpg");
  copy("b", "rgb8.png");
  put("c.txt", "text");
  copy("d.depth.png", "gray16.png");
  PicturesByStem pictures;
  EXPECT_EQ(pictures.find(folder, "a"), folder / "a.HIF");
  EXPECT_EQ(pictures.find(folder, "b"), folder / "b");
  EXPECT_EQ(pictures.find(folder, "c"), "");
  EXPECT_EQ(pictures.find(folder, "d"), "");
}

/// A TIFF of one directory with these tags, each with one short value.
std::vector<std::byte> tiff(const std::vector<std::pair<int, int>>& tags, const char* mark = "") {
  std::string text = "II*\0"s + static_cast<char>(8 + std::strlen(mark)) + "\0\0\0"s + mark;
  text += static_cast<char>(tags.size());
  text += '\0';
  for (const auto& [tag, value] : tags) {
    for (const int number : {tag, 3, 1, 0, value, 0}) {
      text += static_cast<char>(number & 255);
      text += static_cast<char>(number >> 8);
    }
  }
  return bytes_of(text + "\0\0\0\0"s);
}

TEST(PictureKind, CamerasRawFilesAreNoPictures) {
  EXPECT_TRUE(is_surely_picture(tiff({{256, 8}, {271, 9}})));
  EXPECT_TRUE(is_surely_picture(tiff({{330, 8}})));
  EXPECT_FALSE(is_surely_picture(tiff({{256, 8}, {50706, 1}})));  // DNG
  EXPECT_FALSE(is_surely_picture(tiff({{262, 32803}})));          // colour filter array
  EXPECT_FALSE(is_surely_picture(tiff({{271, 9}, {330, 8}})));    // NEF, ARW
  EXPECT_FALSE(is_surely_picture(tiff({{256, 8}}, "CR\2")));      // CR2
}

TEST(PictureKind, AnyBeginningIsSafe) {
  for (const char* name : {"rgb8.tif", "bgr24.bmp", "text.pgm", "gray.jpg"}) {
    const std::vector<std::byte> whole = data_bytes(std::string("image/pictures/") + name);
    for (size_t size = 0; size < std::min<size_t>(whole.size(), 64); ++size) {
      const std::vector<std::byte> part(whole.begin(),
                                        whole.begin() + static_cast<ptrdiff_t>(size));
      (void)is_surely_picture(part);
      (void)is_video(part);
    }
    EXPECT_TRUE(is_surely_picture(whole)) << name;
  }
}

}  // namespace
}  // namespace dpt::image
