// What a frame of a result video shows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "image/draw/colormap.h"
#include "image/image.h"
#include "movie/prediction.h"
#include "result/layout.h"
#include "task/display_range.h"
#include "video/writer.h"

namespace dpt::movie {

/// How the range of depths that is shown comes about.
struct RangeRule {
  enum class Kind { smooth, frame, global, fixed } kind = Kind::smooth;
  image::Range fixed{};  ///< also of global, once it is known
};

/// What the fields of ViewRule are called in messages.
struct ViewNames {
  std::string layout = "layout";
  std::string colormap = "colormap";
};

struct ViewRule {
  result::Layout layout = result::Layout::alone;
  image::Colormap colormap = image::Colormap::inferno;  ///< of depth
  RangeRule range{};                                    ///< of depth
  ViewNames names{};
};

/// Draws frame after frame of one video.
class View {
 public:
  /// `classes`: of a model for segmentation.
  View(const ViewRule& rule, int classes);

  const ViewRule& rule() const { return rule_; }
  /// For RangeRule::Kind::global, before the first frame is drawn.
  void set_range(image::Range range) { rule_.range.fixed = range; }

  struct Drawn {
    image::Image picture;
    std::optional<video::DeepGrey> grey{};
  };

  /// `deep`: grey depth also as 16 bits, where the layout shows it as it is.
  Drawn draw(const Prediction& prediction, bool deep = false);

  /// Shows depth in grey that draw() can give as 16 bits.
  bool shows_grey() const {
    return rule_.colormap == image::Colormap::gray && rule_.layout != result::Layout::overlay;
  }

 private:
  image::Image drawn_alone(const Prediction& prediction, image::Range range);
  image::Range range_of(const Prediction& prediction);

  ViewRule rule_;
  std::vector<image::Rgb> palette_;
  task::SmoothRange smooth_;
};

}  // namespace dpt::movie
