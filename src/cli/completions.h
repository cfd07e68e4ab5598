// What completion offers for inputs and models.
#pragma once

#include <vector>

#include "cli/parse.h"

namespace dpt::cli {

/// Pictures, or folders of them.
Option* completes_pictures(Option* option);
Option* completes_videos(Option* option);
/// Names of models that this version runs and that are here, and weight files.
Option* completes_model(Option* option);

enum class Known { here, not_here, all };
/// Names of the registry's models that this version runs; `all`: the others as well.
std::vector<args::Candidate> names_of_models(Known which);

}  // namespace dpt::cli
