// Data sets with truth: which pictures there are, where their truth is and how it is read.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eval/depth_protocol.h"
#include "eval/ordinal.h"
#include "image/codec/write.h"

namespace dpt::eval {

/// How a stored value becomes metres.
struct DepthEncoding {
  bool is_disparity =
      false;  ///< metres = numerator / (stored / scale + offset), else stored / scale
  double scale = 1;
  double numerator = 1, offset = 0;
  bool scale_is_given = false;  ///< by the caller: files that say theirs are not asked
  bool may_be_result = false;   ///< truth may be metres that this program computed
};

/// How a stored value becomes a class.
struct LabelEncoding {
  int classes = 0;             ///< 0: as many as the model has
  int first = 1;               ///< stored value of class 0
  int ignored = 0;             ///< stored value that does not count
  int also_ignored = -1;       ///< another one; -1: none
  bool may_be_result = false;  ///< truth may be labels that this program computed
  std::string_view zero_based_name = "truth_zero_based";  ///< what errors call `first` being 0
};

struct Sample {
  std::filesystem::path picture;
  std::filesystem::path truth;    ///< empty: only pairs of points
  std::filesystem::path pairs{};  ///< file of pairs of points; empty: none
  std::string name;  ///< below the data set's folder, without extension: "kitchen/0001"
  DepthEncoding depth{};
  std::optional<OrdinalPair> point_pair{};
};

/// What a protocol takes where the caller says nothing.
struct DepthDefaults {
  double cap = 80;
  Crop fine_tuned_crop = Crop::none;  ///< for predictions in metres, which are not aligned
};

/// What a list's files of truth hold.
enum class TruthKind : uint8_t { depth, disparity };

/// What the caller adds to the path.
struct DatasetOptions {
  std::filesystem::path images, truth;      ///< folders where a list's names begin; empty: its own
  std::optional<double> truth_scale{};      ///< list
  TruthKind truth_kind = TruthKind::depth;  ///< list
  /// What errors call these options.
  struct Names {
    std::string_view images = "images", truth = "truth";
    std::string_view truth_scale = "truth_scale", truth_kind = "truth_kind";
  } names{};
};

struct Dataset {
  std::string kind;
  std::vector<Sample> samples;
  size_t missing = 0;  ///< entries of a list that say themselves that they have no truth
  DepthDefaults depth{};
  LabelEncoding labels{};
  DatasetOptions options{};  ///< that it was opened with
};

struct DatasetKind {
  std::string_view name;
  bool has_depth = false;  ///< else labels; "list" serves both
  bool has_labels = false;
  bool has_roots = false;  ///< takes DatasetOptions::images (and truth, where that is apart)
  std::string_view what;   ///< for the help
  Dataset (*open)(const std::filesystem::path& path, const DatasetOptions& options);
};
std::span<const DatasetKind> dataset_kinds();

/// Throws Error(usage) for a kind that has no such truth or options that it does not take;
/// Error(input) where the path does not hold what the kind has, or holds no picture.
Dataset open_dataset(std::string_view kind, bool wants_depth, const std::filesystem::path& path,
                     const DatasetOptions& options);

/// 16 hexadecimal digits that are others (FNV-1a) for other names of pictures, or another order.
std::string hash_of_names(const Dataset& dataset);

/// Metres; NaN where the file says nothing (0, negative or not finite). A file that this program
/// wrote (image/origin.h) is refused where it is no depth in metres, and, unless
/// encoding.may_be_result, where it is. Throws Error(input).
Depths read_depth_truth(const Sample& sample);

/// What a file of labels stores.
struct StoredLabels {
  image::Labels values;
  std::optional<int> first{};  ///< the value of class 0, as a file of ours says
  image::TextChunks text{};
};

/// A grey or palette PNG or an NPY of integers. Throws Error(input), also for a file of ours that
/// holds something else than labels.
StoredLabels read_stored_labels(const std::filesystem::path& path);

/// Class + 1, and 0 for what does not count. `classes` >= 1. Throws Error(input), also for a value
/// that is no class, and for labels that this program computed unless encoding.may_be_result.
image::Labels read_label_truth(const std::filesystem::path& path, const LabelEncoding& encoding,
                               int classes);

}  // namespace dpt::eval

template <>
struct dpt::EnumNames<dpt::eval::TruthKind> {
  using enum dpt::eval::TruthKind;
  static constexpr EnumTable<dpt::eval::TruthKind, 2> table = {
      {{depth, "depth"}, {disparity, "disparity"}}};
};
