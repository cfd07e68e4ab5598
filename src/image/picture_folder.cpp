#include "image/picture_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/file/file.h"
#include "base/file/file_beginning.h"
#include "image/codec/picture_kind.h"
#include "image/picture_name.h"

namespace dpt::image {

namespace fs = std::filesystem;

namespace {

/// Kinds that are named one by one.
constexpr size_t most_kinds = 6;

/// What results are called by default: STEM, the suffix and one of the extensions.
struct ResultName {
  std::string_view suffix;
  std::string_view extensions;  ///< each between dots
};
constexpr std::string_view of_depth = ".png.tif.tiff.npy.npz.pfm.exr.json.";
constexpr std::string_view of_views = ".png.jpg.jpeg.webp.";
constexpr std::array<ResultName, 11> result_names = {{{".depth", of_depth},
                                                      {".color", of_views},
                                                      {".labels", ".png.npy.json."},
                                                      {".overlay", of_views},
                                                      {".legend", of_views},
                                                      {".mask", ".png."},
                                                      {".cutout", ".png.webp."},
                                                      {".compare", of_views},
                                                      {".scores", ".npy."},
                                                      {".points", ".ply."},
                                                      {".mesh", ".glb."}}};

/// Has a name that this program gives its results, STEM.depth.png, STEM.labels.npy and the like.
bool is_own_result(const std::filesystem::path& path) {
  const std::string stem = path.stem().string();
  const std::string extension = fmt::format(".{}.", extension_of(path));
  return std::any_of(result_names.begin(), result_names.end(), [&](const ResultName& name) {
    return stem.ends_with(name.suffix) && name.extensions.find(extension) != std::string_view::npos;
  });
}

class Lister {
 public:
  explicit Lister(bool recursive) : recursive_(recursive) {}

  void list(const fs::path& folder, const fs::path& below) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      add(*entry, below);
    }
    if (!error) return;
    found.problems.push_back(
        fmt::format("{}: cannot read the folder: {}", shown(folder), error.message()));
  }

  PictureFolder found;

 private:
  void add(const fs::directory_entry& entry, const fs::path& below) {
    std::error_code ignored;
    const fs::path name = entry.path().filename();
    if (name.native().front() == '.' || is_own_result(name)) return;
    if (entry.is_directory(ignored)) {
      if (recursive_ && !entry.is_symlink(ignored)) list(entry.path(), below / name);
    } else if (!entry.exists(ignored)) {
      if (!has_picture_name(name)) return;
      found.problems.push_back(
          fmt::format("{}: cannot open: is a link to nothing", shown(entry.path())));
    } else if (!entry.is_regular_file(ignored)) {
      ++found.left_out["pipe or device"];
    } else if (has_picture_name(name) || begins_like_picture(entry.path())) {
      found.pictures.push_back({entry.path(), below});
    }
  }

  /// What is no picture is counted.
  bool begins_like_picture(const fs::path& path) {
    const auto count = read_beginning(path, head_);
    if (count && is_surely_picture(std::span(head_).first(*count))) return true;
    const std::string extension = extension_of(path);
    if (!count) {
      ++found.left_out["unreadable"];
    } else if (extension.empty()) {
      ++found.left_out["without extension"];
    } else {
      ++found.left_out[fmt::format(".{}", printable(extension))];
    }
    return false;
  }

  bool recursive_;
  std::array<std::byte, picture_head_bytes> head_{};
};

}  // namespace

PictureFolder list_pictures(const fs::path& folder, bool recursive) {
  Lister lister(recursive);
  lister.list(folder, {});
  std::sort(lister.found.pictures.begin(), lister.found.pictures.end(),
            [](const PictureFile& a, const PictureFile& b) { return a.path < b.path; });
  return std::move(lister.found);
}

std::string describe_left_out(const PictureFolder& folder) {
  std::vector<std::pair<size_t, std::string_view>> kinds;
  size_t total = 0;
  for (const auto& [kind, count] : folder.left_out) {
    kinds.emplace_back(count, kind);
    total += count;
  }
  if (kinds.empty()) return {};
  std::stable_sort(kinds.begin(), kinds.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text = fmt::format("left out {} file{}: ", total, total == 1 ? "" : "s");
  const size_t named = kinds.size() > most_kinds ? most_kinds - 1 : kinds.size();
  for (size_t i = 0; i < named; ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", kinds[i].first, kinds[i].second);
    total -= kinds[i].first;
  }
  if (total > 0) text += fmt::format(", {} of {} other kinds", total, kinds.size() - named);
  return text;
}

fs::path PicturesByStem::find(const fs::path& folder, const std::string& name) {
  const auto [place, is_new] = folders_.try_emplace(folder);
  std::map<std::string, fs::path>& stems = place->second;
  if (is_new) {
    for (PictureFile& picture : list_pictures(folder, false).pictures) {
      stems.try_emplace(picture.path.stem().string(), std::move(picture.path));
    }
  }
  const auto found = stems.find(name);
  return found == stems.end() ? fs::path() : found->second;
}

}  // namespace dpt::image
