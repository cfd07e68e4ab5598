#include "eval/report/panels.h"

#include <algorithm>
#include <cmath>

#include "image/draw/colormap.h"
#include "image/draw/palette.h"
#include "image/resample/resize.h"

namespace dpt::eval {

namespace {

constexpr float largest_shown_error = 0.5F;

image::Image shrunk(const image::ImageView& picture) {
  const int width = std::min(picture.width, panel_width);
  const int height = std::max(picture.height * width / picture.width, 1);
  return image::resize_pil(picture, width, height, image::PilFilter::bilinear);
}

image::Plane inverse_of(const Depths& depth) {
  image::Plane inverse(depth.width(), depth.height());
  for (size_t i = 0; i < depth.size(); ++i) {
    inverse.data()[i] = static_cast<float>(1 / depth.data()[i]);
  }
  return inverse;
}

image::Plane relative_error(const Depths& depth, const Depths& truth) {
  image::Plane error(truth.width(), truth.height());
  for (size_t i = 0; i < truth.size(); ++i) {
    const double t = truth.data()[i];
    error.data()[i] = static_cast<float>(std::abs(depth.data()[i] - t) / t);
  }
  return error;
}

template <typename ColorOf>
image::Image painted(const image::Labels& labels, const ColorOf& color_of) {
  image::Image picture(labels.width(), labels.height());
  for (size_t i = 0; i < labels.size(); ++i) {
    const image::Rgb color = color_of(i);
    uint8_t* pixel = picture.data() + 3 * i;
    pixel[0] = color.r;
    pixel[1] = color.g;
    pixel[2] = color.b;
  }
  return picture;
}

}  // namespace

std::vector<Panel> depth_panels(const image::ImageView& photo, const Depths& depth,
                                const Depths& truth) {
  const image::Plane true_inverse = inverse_of(truth);
  const image::Range range = image::finite_range(true_inverse);
  const image::Image prediction =
      image::colorize(inverse_of(depth), image::Colormap::inferno, range);
  const image::Image shown_truth = image::colorize(true_inverse, image::Colormap::inferno, range);
  const image::Image error = image::colorize(relative_error(depth, truth), image::Colormap::magma,
                                             {0, largest_shown_error});
  std::vector<Panel> panels;
  panels.push_back({"photo", shrunk(photo)});
  panels.push_back({"prediction", shrunk(prediction)});
  panels.push_back({"truth", shrunk(shown_truth)});
  panels.push_back({"error, 0 to 50 %", shrunk(error)});
  return panels;
}

std::vector<Panel> label_panels(const image::ImageView& photo, const image::Labels& labels,
                                const image::Labels& truth) {
  const auto colored = [](const image::Labels& values) {
    return painted(values, [&](size_t i) { return image::palette_color(values.data()[i]); });
  };
  const image::Image error = painted(truth, [&](size_t i) {
    constexpr image::Rgb uncounted{0, 0, 0};
    constexpr image::Rgb right{96, 96, 96};
    constexpr image::Rgb wrong{230, 40, 40};
    if (truth.data()[i] == 0) return uncounted;
    return truth.data()[i] == labels.data()[i] ? right : wrong;
  });
  std::vector<Panel> panels;
  panels.push_back({"photo", shrunk(photo)});
  panels.push_back({"prediction", shrunk(colored(labels))});
  panels.push_back({"truth", shrunk(colored(truth))});
  panels.push_back({"wrong in red", shrunk(error)});
  return panels;
}

}  // namespace dpt::eval
