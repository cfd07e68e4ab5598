// Which pictures a command line asks for.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace dpt::cli {

struct Inputs {
  std::vector<std::filesystem::path> files;  ///< in the order given, folders expanded
  std::vector<std::string> problems;         ///< one line for each input that is not there
  bool several = false;                      ///< more than one file, or a folder, was asked for
};

/// Files are taken as they are, whatever their names. Of a folder, the pictures directly in it by
/// extension, sorted by name, without hidden files and without our own outputs (STEM.depth.png,
/// STEM.color.png, STEM.labels.png, STEM.overlay.png, STEM.legend.png, STEM.depth.tif). Throws
/// Error(usage) when there are no arguments or an empty one.
Inputs collect_inputs(std::span<const std::string> arguments);

}  // namespace dpt::cli
