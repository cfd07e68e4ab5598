// Against what the official script and Hugging Face's processors made of the test pictures.
#include <gmock/gmock.h>

#include <cstring>

#include "image/codec/read.h"
#include "image/depth_codes.h"
#include "image/draw/blend.h"
#include "image/draw/palette.h"
#include "image/resample/preprocess.h"
#include "test_files.h"
#include "weights/checkpoint.h"

namespace dpt::image {
namespace {

using weights::Checkpoint;
using weights::open_checkpoint;

const Normalization imagenet{{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}};

std::vector<float> floats(const Checkpoint& file, const std::string& name) {
  const TensorView& view = file.tensors().at(name);
  std::vector<float> values(static_cast<size_t>(view.shape.elements()));
  to_float(view, values.data());
  return values;
}

/// Shape [3, H, W] of the input as the network takes it.
Size input_size(const Checkpoint& file, const std::string& name) {
  std::array<int64_t, 3> shape{};
  std::memcpy(shape.data(), file.tensors().at(name).data, sizeof(shape));
  return {static_cast<int>(shape[2]), static_cast<int>(shape[1])};
}

/// Values at the flat C, H, W indices (i * n) div count of an H, W, C input.
std::vector<float> probe_chw(const std::vector<float>& hwc, size_t count) {
  const size_t pixels = hwc.size() / 3;
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) {
    const size_t flat = i * hwc.size() / count;
    values[i] = hwc[flat % pixels * 3 + flat / pixels];
  }
  return values;
}

Image picture(const std::string& name) { return read(data_file("images/" + name + ".png")); }

struct OfficialCase {
  const char* file;
  const char* picture;
  ResizeRule rule;
};

TEST(OfficialInput, EqualsTheScript) {
  const std::array<OfficialCase, 7> cases = {{
      {"depth-dpt_hybrid-tiny_gray", "tiny_gray", {}},
      {"depth-dpt_hybrid-chelsea", "chelsea", {}},
      {"depth-dpt_hybrid_nyu-tiny_gray", "tiny_gray", {.width = 640, .height = 480}},
      {"depth-dpt_hybrid_nyu-chelsea", "chelsea", {.width = 640, .height = 480}},
      {"depth-dpt_large-tiny_gray", "tiny_gray", {}},
      {"seg-dpt_hybrid-tiny_gray", "tiny_gray", {.width = 480, .height = 480}},
      {"seg-dpt_hybrid-chelsea", "chelsea", {.width = 480, .height = 480}},
  }};
  for (const OfficialCase& one : cases) {
    const auto file =
        open_checkpoint(data_file(std::string("pipeline/") + one.file + ".safetensors"));
    const Image image = picture(one.picture);
    const Size size = network_size(image.width(), image.height(), one.rule);
    ASSERT_EQ(size, input_size(*file, "input_shape")) << one.file;
    std::vector<float> out(static_cast<size_t>(size.width) * static_cast<size_t>(size.height) * 3);
    official_input(image, size.width, size.height, {}, out.data());
    EXPECT_LE(largest_difference(probe_chw(out, 4096), floats(*file, "probe/input")), 1e-6F)
        << one.file;
    if (!file->tensors().contains("input")) continue;
    EXPECT_LE(largest_difference(probe_chw(out, out.size()), floats(*file, "input")), 1e-6F)
        << one.file;
  }
}

TEST(HfInput, EqualsTheProcessors) {
  struct Case {
    const char* config;
    ResizeRule rule;
    PilFilter filter;
    Normalization normalization;
  };
  const std::array<Case, 2> cases = {{
      {"dpt-large", {384, 384, 1, ResizeMethod::minimal, false}, PilFilter::bilinear, {}},
      {"depth-anything", {518, 518, 14, ResizeMethod::minimal, true}, PilFilter::bicubic, imagenet},
  }};
  for (const Case& one : cases) {
    for (const char* name : {"chelsea", "coffee", "tiny_gray"}) {
      const std::string file_name = std::string(one.config) + "-" + name;
      const auto file = open_checkpoint(data_file("hf_preprocess/" + file_name + ".safetensors"));
      const Image image = picture(name);
      const Size size = hf_network_size(image.width(), image.height(), one.rule);
      ASSERT_EQ(size, input_size(*file, "pil/shape")) << file_name;
      std::vector<float> out(static_cast<size_t>(size.width) * static_cast<size_t>(size.height) *
                             3);
      hf_input(image, size.width, size.height, one.filter, 1.0 / 255, one.normalization,
               out.data());
      const std::vector<float> probe = probe_chw(out, 8192);
      EXPECT_LE(largest_difference(probe, floats(*file, "pil/probe")), 1e-6F) << file_name;
      // torchvision's fast processor rounds differently: one 8-bit step.
      const auto step = static_cast<float>(1.0 / 255 / one.normalization.std[1]);
      EXPECT_LE(largest_difference(probe, floats(*file, "torchvision/probe")), step * 1.03F)
          << file_name;
    }
  }
}

TEST(Overlay, EqualsTheScript) {
  for (const std::string name : {"tiny_gray", "chelsea"}) {
    const auto file =
        open_checkpoint(data_file("pipeline/seg-dpt_hybrid-" + name + ".safetensors"));
    const TensorView& view = file->tensors().at("labels");
    Labels labels(static_cast<int>(view.shape[1]), static_cast<int>(view.shape[0]));
    for (size_t i = 0; i < labels.size(); ++i) {
      labels.data()[i] = static_cast<uint16_t>(view.data[i]);
    }
    const Image out = overlay(picture(name), labels, ade20k_palette());
    const Image expected = read(data_file("pipeline/seg-dpt_hybrid-" + name + ".png"));
    ASSERT_EQ(out.bytes(), expected.bytes());
    EXPECT_EQ(std::memcmp(out.data(), expected.data(), out.bytes()), 0) << name;
  }
}

TEST(DepthCodes, EqualTheScript) {
  for (const std::string name :
       {"dpt_hybrid-tiny_gray", "dpt_hybrid-chelsea", "dpt_hybrid_nyu-tiny_gray",
        "dpt_hybrid_nyu-chelsea", "dpt_large-tiny_gray"}) {
    const auto file = open_checkpoint(data_file("pipeline/depth-" + name + ".safetensors"));
    const TensorView& view = file->tensors().at("depth");
    Plane depth(static_cast<int>(view.shape[1]), static_cast<int>(view.shape[0]));
    to_float(view, depth.data());
    const DepthCodes codes = depth_to_gray16(depth);
    const GrayPng expected = decode_png_gray(data_bytes("pipeline/depth-" + name + ".png"));
    ASSERT_EQ(codes.codes.size(), expected.pixels.size());
    EXPECT_TRUE(std::equal(codes.codes.span().begin(), codes.codes.span().end(),
                           expected.pixels.span().begin()))
        << name;
  }
}

}  // namespace
}  // namespace dpt::image
