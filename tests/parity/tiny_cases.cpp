// tiny/: small models as official files and as Hugging Face folders, and hf_preprocess/.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "image/codec/read.h"
#include "image/resample/preprocess.h"
#include "parity/cases.h"
#include "task/depth.h"
#include "task/segmentation.h"

namespace dpt::parity {

namespace {

namespace fs = std::filesystem;

constexpr double output_limit = 1e-4;  // of the range

/// [H, W, C] -> [C, H, W]; for C = 1 the same.
std::vector<float> planar(const backend::FloatView& value) {
  const int64_t channels = value.shape.back();
  const int64_t pixels = value.shape.elements() / channels;
  std::vector<float> result(static_cast<size_t>(value.shape.elements()));
  for (int64_t p = 0; p < pixels; ++p) {
    for (int64_t c = 0; c < channels; ++c) {
      result[static_cast<size_t>(c * pixels + p)] = value.data[p * channels + c];
    }
  }
  return result;
}

void check_outputs(Context& context, const fs::path& folder, const std::string& model,
                   bool passes) {
  const test::ReferenceFile file(folder / "expected.safetensors");
  runtime::EngineOptions options;
  options.passes = passes;
  const auto engine = runtime::Engine::load(model.empty() ? folder : folder / model, options);
  runtime::Session session(engine, context.threads);
  for (const std::string& name : file.names("output/")) {
    const Shape shape = file.shape(name);
    const int64_t width = shape.back();
    const int64_t height = shape[shape.rank() - 2];
    const std::vector<float> input = test::hashed_input(1, height, width);
    const std::vector<float> found = planar(session.run(input.data(), 1, height, width));
    const std::vector<float> expected = file.floats(name);
    context.report.add({"tiny/" + folder.filename().string(),
                        fmt::format("{}{}{}", name.substr(7), model.empty() ? ", hf" : ", official",
                                    passes ? ", passes on" : ", passes off"),
                        range_error(found, expected), output_limit, -1});
  }
}

/// KIND/RESAMPLE/IMAGE
struct PipelineName {
  std::string kind, resample, image;
  explicit PipelineName(const std::string& text) {
    std::istringstream parts(text);
    std::getline(parts, kind, '/');
    std::getline(parts, resample, '/');
    std::getline(parts, image, '/');
  }
};

void check_end_to_end(Context& context, const fs::path& folder) {
  const test::ReferenceFile file(folder / "expected_pipeline.safetensors");
  const auto engine = runtime::Engine::load(folder);
  task::InputRule rule = task::input_rule(*engine);
  for (const std::string& name : file.names()) {
    const PipelineName parts(name);
    if (parts.kind == "margin") continue;
    rule.filter =
        parts.resample == "bilinear" ? image::PilFilter::bilinear : image::PilFilter::bicubic;
    const image::Image picture = image::read(context.folder / "images" / (parts.image + ".png"));
    Line line{"tiny/" + folder.filename().string(), name, 0, output_limit, -1};
    if (parts.kind == "depth") {
      const image::Plane depth = task::DepthEstimator(engine, rule, context.threads).run(picture);
      const bool fits = file.shape(name) == Shape{depth.height(), depth.width()};
      line.difference = fits ? range_error(depth.span(), file.floats(name)) : INFINITY;
    } else {
      const std::vector<float> margins = file.floats("margin" + name.substr(name.find('/')));
      const task::Segmentation result = task::Segmenter(engine, rule, context.threads).run(picture);
      std::vector<int> found(result.labels.span().begin(), result.labels.span().end());
      for (int& label : found) --label;  // the reference's are 0-based
      line.labels_equal = equal_where_clear(found, file.bytes(name), margins);
    }
    context.report.add(line);
  }
}

}  // namespace

void check_tiny(Context& context) {
  for (const char* name :
       {"hybrid-depth", "hybrid-segmentation", "vit-depth", "vit-segmentation"}) {
    const fs::path folder = context.folder / "tiny" / name;
    if (!fs::is_directory(folder) || folder.string().find(context.only) == std::string::npos) {
      continue;
    }
    for (const bool passes : {false, true}) {
      check_outputs(context, folder, "", passes);
      check_outputs(context, folder, "official.pt", passes);
    }
    if (fs::exists(folder / "expected_pipeline.safetensors")) check_end_to_end(context, folder);
  }
}

void check_hf_preprocess(Context& context) {
  for (const fs::path& path : reference_files(context, "hf_preprocess")) {
    const test::ReferenceFile file(path);
    const std::string stem = path.stem().string();
    const bool large = stem.starts_with("dpt-large-");
    const std::string picture_name = stem.substr(stem.rfind('-') + 1);
    const image::Image picture = image::read(context.folder / "images" / (picture_name + ".png"));
    task::InputRule rule = task::read_hf_rule(
        large ? R"({"size": 384, "resample": 2})"
              : R"({"size": {"height": 518, "width": 518}, "keep_aspect_ratio": true,
                    "ensure_multiple_of": 14, "resample": 3,
                    "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]})",
        stem);
    const image::Size size = task::input_size(rule, picture.width(), picture.height(), 1);
    std::vector<float> input(static_cast<size_t>(3) * static_cast<size_t>(size.width) *
                             static_cast<size_t>(size.height));
    task::make_input(rule, picture, size, input.data());
    // Eight-bit values of PIL and torchvision differ by one step at most, which normalising scales.
    const double step = 1.0 / 255.0 / (large ? 0.5 : 0.224) * 1.0001;
    for (const auto& [kind, limit] : {std::pair("pil", 1e-6), std::pair("torchvision", step)}) {
      const std::vector<float> expected = file.floats(fmt::format("{}/probe", kind));
      const std::vector<int64_t> shape = file.integers(fmt::format("{}/shape", kind));
      const bool fits = shape == std::vector<int64_t>{3, size.height, size.width};
      std::vector<float> found;
      const size_t pixels = input.size() / 3;
      for (size_t i = 0; i < expected.size(); ++i) {
        const size_t flat = i * input.size() / expected.size();
        found.push_back(input[flat % pixels * 3 + flat / pixels]);
      }
      context.report.add({"hf_preprocess/" + stem, kind,
                          fits ? largest_difference(found, expected) : INFINITY, limit, -1});
    }
  }
}

}  // namespace dpt::parity
