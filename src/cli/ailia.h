// The command lines and files of ailia's dense_prediction_transformers.py (specification 3.4).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"

namespace dpt::cli {

struct AiliaCommand {
  std::optional<int> exit_code;    ///< set: help or a list was asked for and has been printed
  std::vector<std::string> video;  ///< not empty: the arguments of dpt-video that do the same
  std::vector<std::string> inputs = {"input.jpg"};
  std::string save_path = "output.png";
  bool save_path_given = false;
  std::string task = "segmentation";  ///< or "monodepth"
  ModelOptions model;
  std::optional<int> threads;
  int benchmark_runs = 0;  ///< 0: one run without times
};

/// Throws Error(usage).
AiliaCommand parse_ailia(std::vector<std::string> arguments);

/// Reads pictures, stretches them to 576x384, and writes for each the blended labels, or 16-bit
/// depth and beside it FILE.png.pfm. Gives the exit code.
int run_ailia(const AiliaCommand& command);

}  // namespace dpt::cli
