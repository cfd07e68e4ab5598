#include "image/resample/preprocess.h"

#include <array>

#include "base/error.h"

namespace dpt::image {

void official_input(const ImageView& image, int width, int height,
                    const Normalization& normalization, float* out) {
  resize_cubic_opencv(image, width, height, normalization, out);
}

void hf_input(const ImageView& image, int width, int height, PilFilter filter,
              double rescale_factor, const Normalization& normalization, float* out) {
  const Image resized = resize_pil(image, width, height, filter);
  std::array<std::array<float, 256>, 3> table{};
  for (size_t c = 0; c < 3; ++c) {
    const auto mean = static_cast<float>(normalization.mean[c]);
    const auto std = static_cast<float>(normalization.std[c]);
    for (size_t i = 0; i < 256; ++i) {
      const auto rescaled = static_cast<float>(static_cast<double>(i) * rescale_factor);
      table[c][i] = (rescaled - mean) / std;
    }
  }
  const uint8_t* pixel = resized.data();
  for (size_t i = 0; i < resized.bytes(); i += 3) {
    for (size_t c = 0; c < 3; ++c) out[i + c] = table[c][pixel[i + c]];
  }
}

ImageView kitti_crop(const ImageView& image) {
  constexpr int width = 1216;
  constexpr int height = 352;
  if (image.width < width || image.height < height) {
    fail(ErrorKind::input, "picture of {}x{} pixels: too small for the KITTI crop of {}x{}",
         image.width, image.height, width, height);
  }
  return image.crop((image.width - width) / 2, image.height - height, width, height);
}

}  // namespace dpt::image
