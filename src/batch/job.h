// A picture to be worked on and the files that are to come of it.
#pragma once

#include <filesystem>
#include <vector>

namespace dpt::batch {

struct Job {
  std::filesystem::path input;
  std::vector<std::filesystem::path> outputs;  ///< one for each kind of result, the primary first
};

}  // namespace dpt::batch
