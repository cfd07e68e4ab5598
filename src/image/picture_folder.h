// Which of the files in a folder are pictures: by their names and, where those say nothing, by
// their first bytes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace dpt::image {

struct PictureFile {
  std::filesystem::path path;
  std::filesystem::path below;  ///< its folder, seen from the folder that was listed
};

struct PictureFolder {
  std::vector<PictureFile> pictures;  ///< sorted by path
  std::vector<std::string> problems;  ///< one line for each folder or link that cannot be read
  /// What else is there, by kind: ".txt", "without extension", "unreadable", "pipe or device".
  std::map<std::string, size_t> left_out;
};

/// Files with a picture's name, whatever is in them, and files that begin like a picture. Left out
/// without being counted are hidden files and the results of this program (STEM.depth.png and the
/// like); links to folders are not followed, one to nothing with a picture's name is a problem.
PictureFolder list_pictures(const std::filesystem::path& folder, bool recursive);

/// "left out 3 files: 2 .txt, 1 .mov"; empty where nothing was left out.
std::string describe_left_out(const PictureFolder& folder);

/// Pictures by their names without extension, of folders that are listed when they are first asked
/// for.
class PicturesByStem {
 public:
  /// The picture FOLDER/NAME.*, the first of several; empty where there is none.
  std::filesystem::path find(const std::filesystem::path& folder, const std::string& name);

 private:
  std::map<std::filesystem::path, std::map<std::string, std::filesystem::path>> folders_;
};

}  // namespace dpt::image
