// Semantic segmentation of a picture.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "image/image.h"
#include "runtime/session.h"
#include "task/input_rule.h"
#include "task/network_pass.h"

namespace dpt::task {

struct Segmentation {
  image::Labels labels;         ///< at the picture's size; class + 1, so that 0 is "none"
  image::Plane scores;          ///< softmax probability of the label; empty unless asked for
  std::vector<int64_t> pixels;  ///< per class, how many pixels have it
};

/// One thread's segmenter. Shares the Engine with others.
class Segmenter {
 public:
  /// Throws Error(model) when the engine's model is not a segmentation model. `threads` >= 1.
  Segmenter(std::shared_ptr<runtime::Engine> engine, const InputRule& rule, int threads);

  /// Throws Error(input) for a picture that cannot be brought to a network size.
  Segmentation run(const image::ImageView& picture, bool with_scores = false);

  const InputRule& rule() const { return rule_; }
  runtime::Session& session() { return session_; }

 private:
  InputRule rule_;
  runtime::Session session_;
  NetworkPass network_;
};

/// Names of a model's classes: its own, the standard ADE20K names when it has 150 without names,
/// else "class N".
std::vector<std::string> class_names(const model::ModelConfig& config);

}  // namespace dpt::task
