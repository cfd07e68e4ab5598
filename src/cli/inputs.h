// Which pictures a command line asks for.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dpt::cli {

struct InputFile {
  std::filesystem::path path;
  std::filesystem::path below;  ///< its folder, seen from the folder that was asked for
};

struct Inputs {
  std::vector<InputFile> files;       ///< in the order given, folders expanded
  std::vector<std::string> problems;  ///< one line for each input that is not there
  bool several = false;               ///< more than one file, or a folder, was asked for
  bool listed = false;                ///< some by a list
};

struct InputSources {
  std::vector<std::string> arguments;
  std::string list;        ///< a file of names, one a line or each ended by a zero byte; "-": stdin
  bool recursive = false;  ///< the folders in a folder as well
};

/// Files are taken as they are, whatever their names. A name with *, ? or [ that is no file is a
/// pattern (as a shell has them). Of a folder, the pictures in it by extension, sorted by name,
/// without hidden files and without our own outputs (STEM.depth.png, STEM.color.png,
/// STEM.labels.png, STEM.overlay.png, STEM.legend.png, STEM.mask.png, STEM.cutout.png,
/// STEM.compare.png, STEM.depth.tif); links to folders are not followed, and one to nothing is a
/// problem. Throws Error(usage) when
/// there are no arguments and no list, or an empty argument; Error(input) when the list cannot be
/// read.
Inputs collect_inputs(const InputSources& sources);

}  // namespace dpt::cli
