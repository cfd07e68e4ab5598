#include "eval/datasets/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "base/file/file.h"
#include "base/file/stream.h"
#include "eval/datasets/datasets.h"

namespace dpt::eval {

namespace fs = std::filesystem;

namespace {

constexpr std::array<DatasetKind, 9> kinds = {{
    {.name = "nyu",
     .has_depth = true,
     .what = "folder with rgb_NNNNN.jpg and sync_depth_NNNNN.png (millimetres), in folders or not",
     .open = open_nyu},
    {.name = "kitti",
     .has_depth = true,
     .has_roots = true,
     .what = "list of \"PICTURE DEPTH|None FOCAL\" lines (metres x 256), with --images and --truth",
     .open = open_kitti},
    {.name = "middlebury",
     .has_depth = true,
     .what = "folder of scenes, or one, with im0.png, disp0.pfm and calib.txt",
     .open = open_middlebury},
    {.name = "tum",
     .has_depth = true,
     .what = "folder with associations.txt, or rgb.txt and depth.txt (metres x 5000)",
     .open = open_tum},
    {.name = "pairs",
     .has_depth = true,
     .what = "folder with NAME.jpg or .png and NAME.depth.png (millimetres)",
     .open = open_pairs},
    {.name = "diw",
     .has_depth = true,
     .has_roots = true,
     .what = "DIW_test.csv: PICTURE lines, each followed by \"yA,xA,yB,xB,>|<,WIDTH,HEIGHT\"",
     .open = open_diw},
    {.name = "ade20k",
     .has_labels = true,
     .what = "folder ADEChallengeData2016: images/validation and annotations/validation",
     .open = open_ade20k},
    {.name = "pascal-context",
     .has_labels = true,
     .what = "folder VOC2010: JPEGImages, SegmentationClassContext and the list "
             "ImageSets/SegmentationContext/val.txt; or JPEGImages, Context and val.txt",
     .open = open_pascal_context},
    {.name = "list",
     .has_depth = true,
     .has_labels = true,
     .has_roots = true,
     .what =
         "text file of \"PICTURE TRUTH [PAIRS]\" lines; TRUTH may be - where PAIRS names a file "
         "of \"X Y X Y <|>\" lines",
     .open = open_list},
}};

const DatasetKind& kind_of(std::string_view name, bool wants_depth) {
  std::vector<std::string_view> known;
  for (const DatasetKind& kind : kinds) {
    if (wants_depth ? !kind.has_depth : !kind.has_labels) continue;
    if (kind.name == name) return kind;
    known.push_back(kind.name);
  }
  fail(ErrorKind::usage, "data set {}: expected one of {}", printable(name),
       fmt::join(known, ", "));
}

}  // namespace

std::span<const DatasetKind> dataset_kinds() { return kinds; }

Dataset open_dataset(std::string_view kind, bool wants_depth, const fs::path& path,
                     const DatasetOptions& options) {
  const DatasetKind& found = kind_of(kind, wants_depth);
  if (!found.has_roots && !(options.images.empty() && options.truth.empty())) {
    fail(ErrorKind::usage, "{} and {} are for kitti, diw and list, not {}", options.names.images,
         options.names.truth, kind);
  }
  if (kind != "list" && (options.truth_scale || options.truth_kind != TruthKind::depth)) {
    fail(ErrorKind::usage, "{} and {} are for list, not {}", options.names.truth_scale,
         options.names.truth_kind, kind);
  }
  Dataset dataset = found.open(path, options);
  dataset.kind = kind;
  dataset.options = options;
  if (dataset.samples.empty()) {
    fail(ErrorKind::input, "{}: holds no picture with truth, expected a {}", shown(path),
         found.what);
  }
  return dataset;
}

std::string hash_of_names(const Dataset& dataset) {
  uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3; };
  for (const Sample& sample : dataset.samples) {
    for (const char c : sample.name) add(static_cast<unsigned char>(c));
    add(0);
  }
  return fmt::format("{:016x}", hash);
}

std::vector<fs::path> files_below(const fs::path& folder, bool (*wanted)(const std::string& name)) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (wanted(entry->path().filename().string()) && entry->is_regular_file(ignored)) {
      files.push_back(entry->path());
    }
  }
  if (error) {
    fail(ErrorKind::input, "{}: cannot read the folder: {}", shown(folder), error.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void expect_folder(const fs::path& path, std::string_view expected) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) {
    fail(ErrorKind::input, "{}: is no folder, expected {}", shown(path), expected);
  }
}

void expect_file(const fs::path& path, std::string_view expected) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) {
    fail(ErrorKind::input, "{}: is no file, expected {}", shown(path), expected);
  }
}

fs::path expect_list(const fs::path& path, std::string_view expected) {
  if (path == "-" || is_pipe_or_device(path)) return {};
  expect_file(path, expected);
  return path.parent_path();
}

std::string name_below(const fs::path& path, const fs::path& folder) {
  const fs::path below = path.lexically_proximate(folder);
  return (below.parent_path() / below.stem()).generic_string();
}

}  // namespace dpt::eval
