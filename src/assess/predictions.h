// Saved predictions of the pictures of a data set.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "eval/datasets/dataset.h"
#include "image/image.h"

namespace dpt::assess {

struct DepthPrediction {
  image::Plane values;
  /// As a file of ours says (image/origin.h); nothing where it does not.
  std::optional<eval::PredictionKind> kind;
};

/// Finds files in a folder by the names of pictures.
class PredictionFolder {
 public:
  /// Throws Error(input) unless it is a folder.
  PredictionFolder(std::filesystem::path folder, const eval::Dataset& dataset);

  /// FOLDER/NAME.EXT or FOLDER/NAME.SUFFIX.EXT, NAME being Sample::name, or its last part where no
  /// two pictures of the data set share that; the first of `extensions` that is there, or nothing.
  std::optional<std::filesystem::path> find(const eval::Sample& sample, std::string_view suffix,
                                            std::span<const std::string_view> extensions) const;
  /// The same for what must be there: Error(input).
  std::filesystem::path expect(const eval::Sample& sample, std::string_view suffix,
                               std::span<const std::string_view> extensions) const;

 private:
  std::filesystem::path folder_;
  std::map<std::string, int> last_parts_;  ///< how often each occurs
};

/// Reads .npy, .npz, .pfm, .tif, .exr or a 16-bit PNG. `scale`: stored value / scale is the
/// prediction; without it PNG files need their "scale" text chunk, others are taken as they are.
/// Throws Error(input), which calls that option `scale_name`.
DepthPrediction read_prediction(const std::filesystem::path& path, std::optional<double> scale,
                                std::string_view scale_name = "scale");

/// Labels of .png or .npy as class + 1; whatever is no class becomes 0. `first`: the stored value
/// of class 0 where the file does not say it itself. Throws Error(input), also where it says 1 and
/// `first` is 0, which the caller has because of the option `zero_based_name`.
image::Labels read_label_prediction(const std::filesystem::path& path, int first,
                                    std::string_view zero_based_name = "zero_based");

}  // namespace dpt::assess
