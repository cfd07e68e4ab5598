#include "cli/label_file.h"

#include <algorithm>
#include <numeric>

#include "image/codec/encode_picture.h"
#include "image/codec/origin.h"
#include "image/draw/legend.h"
#include "image/draw/palette.h"

namespace dpt::cli {

image::Bytes encode_labels(image::Labels labels, const std::string& format, const LabelRule& rule) {
  if (rule.zero_based) {
    for (uint16_t& label : labels.span()) --label;
  }
  if (format == "npy") {
    return rule.largest() > 255 ? image::encode_npy(labels)
                                : image::encode_npy(image::to_uint8(labels));
  }
  std::vector<image::Rgb> palette = image::make_palette(rule.classes + 1);
  if (rule.zero_based) palette.erase(palette.begin());
  if (palette.size() > 256) palette.resize(256);
  image::PngOptions png{.text = image::content_text(image::Content::labels, rule.model)};
  png.text.emplace_back("first_class", rule.zero_based ? "0" : "1");
  return image::encode_png_labels(labels, palette, png);
}

std::vector<ClassShare> class_shares(std::span<const int64_t> pixels) {
  const auto total = static_cast<double>(std::accumulate(pixels.begin(), pixels.end(), int64_t{0}));
  std::vector<ClassShare> shares;
  for (size_t i = 0; i < pixels.size(); ++i) {
    if (pixels[i] == 0) continue;
    shares.push_back({static_cast<int>(i), pixels[i], static_cast<double>(pixels[i]) / total});
  }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const ClassShare& a, const ClassShare& b) { return a.pixels > b.pixels; });
  return shares;
}

image::Bytes encode_legend(std::span<const ClassShare> shares, std::span<const std::string> names,
                           std::string_view format) {
  std::vector<image::LegendEntry> entries;
  for (const ClassShare& share : shares) {
    const auto index = static_cast<size_t>(share.index);
    entries.push_back(
        {image::palette_color(static_cast<unsigned>(share.index) + 1), names[index], share.share});
  }
  return image::encode_picture(image::draw_legend(entries), format,
                               {.text = image::content_text(image::Content::legend, {})});
}

}  // namespace dpt::cli
