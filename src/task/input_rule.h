// How a picture becomes the network's input (specification 3.1 to 3.3).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/enum_names.h"
#include "image/image.h"
#include "image/resample/network_size.h"
#include "image/resample/resize.h"
#include "runtime/engine.h"

namespace dpt::task {

/// Which program's preprocessing and postprocessing is followed, to the last bit that matters.
enum class Convention : uint8_t {
  official,  ///< isl-org scripts: OpenCV cubic in, PyTorch bicubic out
  hf,        ///< transformers with the PIL backend: antialiased 8-bit resize in; out bicubic for
             ///< depth, bilinear for segmentation
};

struct InputRule {
  Convention convention = Convention::official;
  image::ResizeRule resize;
  image::Normalization normalization;
  image::PilFilter filter = image::PilFilter::bilinear;  ///< hf only
  double rescale = 1.0 / 255.0;                          ///< hf only
};

/// What the model's files ask for: a Hugging Face folder its preprocessor_config.json (or the
/// published one), a file the one in its metadata, other files the official scripts' rule for their
/// model type. `convention` overrides the choice. Throws Error(model) when preprocessor_config.json
/// is damaged or asks for what this program does not do.
InputRule input_rule(const runtime::Engine& engine,
                     std::optional<Convention> convention = std::nullopt);

/// Reads preprocessor_config.json into a rule; `name` begins error texts.
InputRule read_hf_rule(const std::string& text, const std::string& name);
/// Its fields that this program does not know and goes without.
std::vector<std::string> unknown_hf_fields(const std::string& text, const std::string& name);

/// What the user should know about a model's configurations, a line each.
std::vector<std::string> configuration_notes(const runtime::Engine& engine);

/// Size of the network's input for a picture. Throws Error(input) when a side becomes 0 or, under
/// `hf`, no multiple of `multiple`.
image::Size input_size(const InputRule& rule, int width, int height, int64_t multiple);

/// The size for which a model is made: the rule's own sides, rounded up to multiples of `multiple`.
image::Size own_input_size(const InputRule& rule, int64_t multiple);

/// Writes the input [size.height, size.width, 3].
void make_input(const InputRule& rule, const image::ImageView& picture, image::Size size,
                float* input);

}  // namespace dpt::task

namespace dpt {

template <>
struct EnumNames<task::Convention> {
  static constexpr EnumTable<task::Convention, 2> table = {
      {{task::Convention::official, "official"}, {task::Convention::hf, "hf"}}};
};

}  // namespace dpt
