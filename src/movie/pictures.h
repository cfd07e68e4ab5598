// The pictures that a source stands for.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace dpt::movie {

struct Pictures {
  std::vector<std::filesystem::path> files;  ///< empty: the source is no sequence of pictures
  std::vector<std::string> problems;         ///< one line for each that is not there
  std::vector<std::string> notes;            ///< one line of what else is in the folder
};

/// The pictures of a folder, as batch::collect_inputs() takes them, in natural order (2.png
/// before 10.png), or those of a numbered sequence (frame_%04d.png) whose format image::read()
/// knows, by number. Throws Error(input) where there are none, Error(usage) for a pattern with
/// anything but one number, which calls the source `field`.
Pictures pictures_of(const std::string& source, std::string_view field = "source");

}  // namespace dpt::movie
