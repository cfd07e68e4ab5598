// pipeline/: picture -> official preprocessing -> network -> official postprocessing and files.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/file/file.h"
#include "image/codec/read.h"
#include "image/codec/read_depth.h"
#include "image/depth_codes.h"
#include "image/draw/blend.h"
#include "image/draw/palette.h"
#include "image/resample/preprocess.h"
#include "parity/cases.h"
#include "task/depth.h"
#include "task/segmentation.h"

namespace dpt::parity {

namespace {

namespace fs = std::filesystem;

constexpr double depth_limit = 1e-4;  // of the range
constexpr double input_limit = 1e-5;
constexpr double png_limit = 8;  // steps of 65535

class PipelineCase {
 public:
  PipelineCase(Context& context, HashedModels& models, const fs::path& path)
      : context_(context),
        path_(path),
        file_(path),
        name_("pipeline/" + path.stem().string()),
        picture_(image::read(context.folder / "images" / (file_.metadata("image") + ".png"))),
        view_(picture_.view()) {
    if (file_.metadata("crop") == "True") view_ = image::kitti_crop(view_);
    runtime::EngineOptions options;
    options.model_type = file_.metadata("model_type");
    const std::string variant = options.model_type == "dpt_large" ? "large" : "hybrid";
    engine_ = runtime::Engine::load(models.get(file_.metadata("task"), variant), options);
    rule_ = task::input_rule(*engine_);
  }

  void run() {
    check_input();
    file_.metadata("task") == "depth" ? check_depth() : check_labels();
  }

 private:
  void add(const char* check, double difference, double limit, double labels = -1) {
    context_.report.add({name_, check, difference, limit, labels});
  }

  void check_input() {
    const std::vector<int64_t> shape = file_.integers("input_shape");
    const image::Size size =
        task::input_size(rule_, view_.width, view_.height, engine_->size_multiple());
    const bool fits = shape == std::vector<int64_t>{3, size.height, size.width};
    std::vector<float> input(static_cast<size_t>(3) * static_cast<size_t>(size.width) *
                             static_cast<size_t>(size.height));
    task::make_input(rule_, view_, size, input.data());

    const std::vector<float> expected = file_.floats("probe/input");
    std::vector<float> found;
    const size_t pixels = input.size() / 3;
    for (size_t i = 0; i < expected.size(); ++i) {
      const size_t planar = i * input.size() / expected.size();
      found.push_back(input[planar % pixels * 3 + planar / pixels]);
    }
    add("input", fits ? largest_difference(found, expected) : INFINITY, input_limit);
    if (fits && file_.has("input")) {
      std::vector<float> planes(input.size());
      for (size_t i = 0; i < input.size(); ++i) planes[i] = input[i % pixels * 3 + i / pixels];
      add("input, all of it", largest_difference(planes, file_.floats("input")), input_limit);
    }
  }

  void check_depth() {
    task::DepthEstimator estimator(engine_, rule_, context_.threads);
    image::Plane depth = estimator.run(view_);
    if (const auto metric = engine_->config().metric) {
      for (float& value : depth.span()) value *= metric->file_unit;
    }
    const Shape size{depth.height(), depth.width()};
    const bool fits = file_.shape("depth") == size;
    add("depth", fits ? range_error(depth.span(), file_.floats("depth")) : INFINITY, depth_limit);

    const image::DepthCodes codes = image::depth_to_gray16(depth);
    const image::DepthFile reference = image::read_depth(fs::path(path_).replace_extension(".png"));
    std::vector<float> found(codes.codes.span().begin(), codes.codes.span().end());
    add("16-bit PNG", largest_difference(found, reference.values.span()), png_limit);
  }

  void check_labels() {
    task::Segmenter segmenter(engine_, rule_, context_.threads);
    const task::Segmentation result = segmenter.run(view_);
    const std::vector<uint8_t> expected = file_.bytes("labels");
    const std::vector<float> margins = file_.floats("margin");
    const image::Image blended = image::overlay(view_, result.labels, image::ade20k_palette());
    const image::Image reference = image::read(fs::path(path_).replace_extension(".png"));
    const std::vector<int> found(result.labels.span().begin(), result.labels.span().end());
    double worst = reference.bytes() == 3 * margins.size() ? 0 : INFINITY;
    for (size_t i = 0; worst < INFINITY && i < margins.size(); ++i) {
      if (margins[i] <= clear_margin) continue;
      for (size_t c = 3 * i; c < 3 * i + 3; ++c) {
        worst = std::max(worst, std::abs(double{blended.data()[c] + 0.0} - reference.data()[c]));
      }
    }
    add("labels; overlay", worst, 0, equal_where_clear(found, expected, margins));
  }

  Context& context_;
  fs::path path_;
  test::ReferenceFile file_;
  std::string name_;
  image::Image picture_;
  image::ImageView view_;
  std::shared_ptr<runtime::Engine> engine_;
  task::InputRule rule_;
};

}  // namespace

void check_pipeline(Context& context, HashedModels& models) {
  for (const fs::path& path : reference_files(context, "pipeline")) {
    PipelineCase(context, models, path).run();
  }
}

}  // namespace dpt::parity
