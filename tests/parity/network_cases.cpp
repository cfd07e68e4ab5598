// network/: hashed input -> network with hashed weights, passes off (with inner tensors) and on.
#include <fmt/core.h>

#include <algorithm>

#include "parity/cases.h"
#include "runtime/session.h"

namespace dpt::parity {

namespace {

namespace fs = std::filesystem;

constexpr double output_limit = 1e-4;  // of the reference's range
constexpr double probe_limit = 1e-4;   // of the inner tensor's largest magnitude

/// Which value of our graph an inner tensor of the reference is.
std::string name_in_graph(const std::string& probe, bool hybrid) {
  if (hybrid && probe == "reassemble.1") return "backbone.stage.0";
  if (hybrid && probe == "reassemble.2") return "backbone.stage.1";
  return probe;
}

/// Element `i` of a tensor in N x C x H x W order (tokens: as they stand).
float element(const backend::FloatView& value, int64_t i) {
  if (value.shape.rank() != 4) return value.data[i];
  const int64_t height = value.shape[1], width = value.shape[2], channels = value.shape[3];
  const int64_t x = i % width, y = i / width % height;
  const int64_t c = i / (width * height) % channels, n = i / (width * height * channels);
  return value.data[((n * height + y) * width + x) * channels + c];
}

std::span<const float> values_of(const backend::FloatView& view) {
  return {view.data, static_cast<size_t>(view.shape.elements())};
}

class NetworkCase {
 public:
  NetworkCase(Context& context, HashedModels& models, const fs::path& path)
      : context_(context), file_(path), name_("network/" + path.stem().string()) {
    depth_ = file_.metadata("task") == "depth";
    hybrid_ = file_.metadata("variant") == "hybrid";
    batch_ = std::stoll(file_.metadata("batch"));
    height_ = std::stoll(file_.metadata("height"));
    width_ = std::stoll(file_.metadata("width"));
    model_ = models.get(depth_ ? "depth" : "seg", file_.metadata("variant"));
    input_ = test::hashed_input(batch_, height_, width_, file_.metadata("salt"));
    if (name_.find("ws045") != std::string::npos) {
      options_.standardization = graph::WeightStandardization::deviation;
    }
    if (file_.metadata("invert") == "True") {
      options_.model_type = width_ == 1216 ? "dpt_hybrid_kitti" : "dpt_hybrid_nyu";
    }
  }

  void run(bool passes) {
    options_.passes = passes;
    options_.keep.clear();
    if (!passes) {
      for (const std::string& probe : file_.names("probe/")) {
        options_.keep.push_back(name_in_graph(probe.substr(6), hybrid_));
      }
    }
    runtime::Session session(runtime::Engine::load(model_, options_), context_.threads);
    const backend::FloatView output = session.run(input_.data(), batch_, height_, width_);
    const std::string label = passes ? "output, passes on" : "output, passes off";
    depth_ ? check_depth(output, label) : check_logits(output, label);
    if (!passes) check_probes(session);
  }

 private:
  void check_depth(const backend::FloatView& output, const std::string& label) {
    const std::vector<float> expected = file_.floats("output");
    const double error = range_error(values_of(output), expected);
    context_.report.add({name_, label, error, output_limit, -1});
  }

  void check_logits(const backend::FloatView& output, const std::string& label) {
    const Shape s = file_.shape("logits_every_16th_pixel");
    const std::vector<float> expected = file_.floats("logits_every_16th_pixel");
    std::vector<float> found;
    for (int64_t n = 0; n < s[0]; ++n) {
      for (int64_t c = 0; c < s[1]; ++c) {
        for (int64_t i = 0; i < s[2] * s[3]; ++i) {
          const int64_t pixel = (n * height_ + i / s[3] * 16) * width_ + i % s[3] * 16;
          found.push_back(output.data[pixel * s[1] + c]);
        }
      }
    }
    const double error = range_error(found, expected);
    context_.report.add({name_, label, error, output_limit, equal_labels(output)});
  }

  /// Share of the pixels with a clear margin whose best class is the reference's.
  double equal_labels(const backend::FloatView& output) const {
    const Shape s = file_.shape("margin_every_4th_pixel");
    const std::vector<float> margins = file_.floats("margin_every_4th_pixel");
    const std::vector<uint8_t> labels = file_.bytes("argmax");
    const int64_t classes = output.shape[3];
    std::vector<int> found;
    std::vector<uint8_t> expected;
    for (int64_t i = 0; i < s.elements(); ++i) {
      const int64_t n = i / (s[1] * s[2]), y = i / s[2] % s[1] * 4, x = i % s[2] * 4;
      const int64_t pixel = (n * height_ + y) * width_ + x;
      const float* logits = output.data + pixel * classes;
      found.push_back(static_cast<int>(std::max_element(logits, logits + classes) - logits));
      expected.push_back(labels.at(static_cast<size_t>(pixel)));
    }
    return equal_where_clear(found, expected, margins);
  }

  void check_probes(const runtime::Session& session) {
    double worst = 0;
    std::string worst_name;
    const std::vector<std::string> probes = file_.names("probe/");
    for (const std::string& probe : probes) {
      const double error = probe_error(session, probe.substr(6));
      if (error > worst || worst_name.empty()) {
        worst = error;
        worst_name = probe.substr(6);
      }
    }
    context_.report.add({name_, fmt::format("{} inner, worst {}", probes.size(), worst_name), worst,
                         probe_limit, -1});
  }

  double probe_error(const runtime::Session& session, const std::string& probe) const {
    const std::vector<float> expected = file_.floats("probe/" + probe);
    const float largest_magnitude = file_.floats("stats/" + probe)[2];
    const backend::FloatView value = session.value(name_in_graph(probe, hybrid_));
    const auto count = static_cast<int64_t>(expected.size());
    std::vector<float> found;
    for (int64_t i = 0; i < count; ++i) {
      found.push_back(element(value, i * value.shape.elements() / count));
    }
    return largest_difference(found, expected) / largest_magnitude;
  }

  Context& context_;
  test::ReferenceFile file_;
  std::string name_;
  bool depth_ = true, hybrid_ = false;
  int64_t batch_ = 0, height_ = 0, width_ = 0;
  fs::path model_;
  std::vector<float> input_;
  runtime::EngineOptions options_;
};

}  // namespace

void check_network(Context& context, HashedModels& models) {
  for (const fs::path& path : reference_files(context, "network")) {
    NetworkCase network(context, models, path);
    network.run(false);
    network.run(true);
  }
}

}  // namespace dpt::parity
