// Which pictures are asked for: files, folders, patterns, lists.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "image/picture_folder.h"

namespace dpt::batch {

using InputFile = image::PictureFile;

/// The name that a source gives its results: its own, or "stdin".
std::filesystem::path name_for_results(const std::filesystem::path& input);

struct Inputs {
  std::vector<InputFile> files;       ///< in the order given, folders expanded
  std::vector<std::string> problems;  ///< one line for each input that is not there
  std::vector<std::string> notes;     ///< one line for each folder that holds other files as well
  bool several = false;               ///< more than one file, or a folder, was asked for
  bool listed = false;                ///< some by a list
};

struct InputSources {
  std::vector<std::string> arguments;
  std::string list;        ///< a file of names, one a line or each ended by a zero byte; "-": stdin
  bool recursive = false;  ///< the folders in a folder as well
};

/// Files are taken as they are, whatever their names; "-" is a picture from standard input. A name
/// with *, ? or [ that is no file is a pattern (as a shell has them). Of a folder, the pictures in
/// it (image/picture_folder.h). Throws Error(usage) when there are no arguments and no list, an
/// empty argument, or where standard input is a terminal or wanted twice; Error(input) when the
/// list cannot be read.
Inputs collect_inputs(const InputSources& sources);

/// For frames: of the files that come one after the other from one folder, 2.png before 10.png. A
/// list has its own order, which is kept.
void put_in_natural_order(Inputs& inputs);

}  // namespace dpt::batch
