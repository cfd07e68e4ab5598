#include "cli/completions.h"

#include "base/error.h"
#include "cli/find_model.h"

namespace dpt::cli {

Option* completes_pictures(Option* option) {
  return option->completes_files({"jpg", "jpeg", "png", "webp", "heic", "heif", "avif", "tif",
                                  "tiff", "bmp", "pnm", "pgm", "ppm"});
}

Option* completes_videos(Option* option) {
  return option->completes_files({"mp4", "mov", "mkv", "webm", "avi", "m4v", "mts", "m2ts", "ts",
                                  "mpg", "mpeg", "wmv", "mxf", "png", "jpg"});
}

Option* completes_model(Option* option) {
  return option->completes([] { return names_of_models(Known::here); })
      ->completes_files({"pt", "pth", "safetensors", "bin", "ckpt"});
}

std::vector<args::Candidate> names_of_models(Known which) {
  std::vector<args::Candidate> names;
  try {
    const store::Registry registry = open_registry();
    for (const store::KnownModel& model : registry.models()) {
      const bool is_fitting =
          which == Known::all ||
          (model.is_supported() && registry.locate(model).has_value() == (which == Known::here));
      if (is_fitting) names.push_back({model.name, model.task});
    }
  } catch (const Error&) {
    // There is no registry: no names.
  }
  return names;
}

}  // namespace dpt::cli
