#include "cli/outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/file/folders.h"
#include "cli/paths.h"
#include "image/codec/encode_picture.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

/// A file's stem without the suffix that we give: photo.depth.png -> photo.
std::string stem_of_output(const fs::path& path, const std::string& suffix) {
  std::string stem = path.stem().string();
  if (stem.ends_with("." + suffix)) stem.resize(stem.size() - suffix.size() - 1);
  return stem;
}

/// The folder of each input's result, and STEM.
struct Place {
  fs::path folder;
  std::string stem;
};

/// Gives those inputs that share folder and stem their full names, until nothing changes: a.jpg and
/// a.png become a.jpg and a.png, which may collide with the stem of a.jpg.png.
void keep_extensions_of_colliding(const std::vector<InputFile>& files, std::vector<Place>& places) {
  for (bool changed = true; changed;) {
    changed = false;
    std::map<std::pair<fs::path, std::string>, size_t> uses;
    for (const Place& place : places) ++uses[{place.folder, place.stem}];
    for (size_t i = 0; i < files.size(); ++i) {
      const std::string full_name = name_for_results(files[i].path).string();
      if (uses[{places[i].folder, places[i].stem}] == 1 || places[i].stem == full_name) continue;
      places[i].stem = full_name;
      changed = true;
    }
  }
}

/// Places of results that stand in `folder`, with the folders that their sources are in, or beside
/// their sources when it is empty.
std::vector<Place> places_by_source(const std::vector<InputFile>& files, const fs::path& folder) {
  std::vector<Place> places;
  places.reserve(files.size());
  for (const InputFile& file : files) {
    const fs::path mirrored = file.below.empty() ? folder : folder / file.below;
    places.push_back({folder.empty() ? file.path.parent_path() : mirrored,
                      name_for_results(file.path).stem().string()});
  }
  keep_extensions_of_colliding(files, places);
  return places;
}

bool names_file(const OutputKind& kind) {
  return !kind.path.empty() && !names_result_folder(kind.path) && !is_stream(kind.path);
}

std::vector<Place> places_of(const std::vector<InputFile>& files, const OutputKind& kind,
                             const OutputKind& primary) {
  if (names_result_folder(kind.path)) return places_by_source(files, kind.path);
  if (names_result_folder(primary.path)) return places_by_source(files, primary.path);
  if (!names_file(primary)) return places_by_source(files, {});
  const fs::path path = primary.path;
  return std::vector<Place>(files.size(),
                            {path.parent_path(), stem_of_output(path, primary.suffix)});
}

void add_outputs(const std::vector<InputFile>& files, const OutputKind& kind,
                 const OutputKind& primary, std::vector<Job>& jobs) {
  if (!kind.path.empty() && !names_result_folder(kind.path)) {
    for (Job& job : jobs) job.outputs.emplace_back(kind.path);
    return;
  }
  const std::vector<Place> places = places_of(files, kind, primary);
  for (size_t i = 0; i < jobs.size(); ++i) {
    jobs[i].outputs.push_back(places[i].folder /
                              fmt::format("{}.{}.{}", places[i].stem, kind.suffix, kind.extension));
  }
}

void refuse_one_file_for_several(const Inputs& inputs, std::span<const OutputKind> kinds) {
  if (!inputs.several) return;
  for (const OutputKind& kind : kinds) {
    if (kind.path.empty() || names_result_folder(kind.path)) continue;
    fail(ErrorKind::usage,
         "{} {}: one file for several inputs; name a folder (without an extension, or ending in a "
         "slash)",
         kind.option, shown(kind.path));
  }
}

/// A pipe that a shell made (/dev/fd/63) has a name, but no folder that is anyone's.
void refuse_results_beside_pipes(const Inputs& inputs, std::span<const OutputKind> kinds) {
  const OutputKind& primary = kinds[0];
  if (names_result_folder(primary.path) || names_file(primary)) return;
  for (const OutputKind& kind : kinds) {
    if (!kind.path.empty()) continue;
    for (const InputFile& file : inputs.files) {
      const std::string folder = file.path.parent_path().string();
      if (folder != "/dev" && folder != "/dev/fd" && !folder.starts_with("/proc/")) continue;
      fail(ErrorKind::usage, "{}: {} must name its result, a file or a folder", shown(file.path),
           kind.option);
    }
  }
}

void refuse_shared_stdout(std::span<const OutputKind> kinds, bool json_to_stdout) {
  std::vector<std::string_view> options;
  for (const OutputKind& kind : kinds) {
    if (kind.path == "-") options.push_back(kind.option);
  }
  if (json_to_stdout) options.emplace_back("--json");
  if (options.size() > 1) {
    fail(ErrorKind::usage, "only one result can go to standard output, not {}",
         fmt::join(options, " and "));
  }
}

void refuse_overwriting(const std::vector<Job>& jobs, std::vector<fs::path> read) {
  std::vector<fs::path> written;
  for (const Job& job : jobs) {
    read.push_back(job.input);
    written.insert(written.end(), job.outputs.begin(), job.outputs.end());
  }
  cli::refuse_overwriting(written, read);
}

void refuse_shared_names(const std::vector<Job>& jobs) {
  std::map<fs::path, const Job*> writers;
  for (const Job& job : jobs) {
    for (const fs::path& output : job.outputs) {
      if (is_stream(output)) continue;
      const auto [other, is_new] = writers.emplace(identity(output), &job);
      if (is_new) continue;
      if (other->second == &job) {
        fail(ErrorKind::usage, "{}: two results of {} would have this name", shown(output),
             shown(job.input));
      }
      fail(ErrorKind::usage, "{}: would hold the result of both {} and {}", shown(output),
           shown(other->second->input), shown(job.input));
    }
  }
}

/// A list may be long and of many hands: the first to have a name keeps it.
void leave_out_shared_names(Inputs& inputs, std::vector<Job>& jobs) {
  std::map<fs::path, fs::path> writers;
  std::vector<InputFile> files;
  std::vector<Job> kept;
  for (size_t i = 0; i < jobs.size(); ++i) {
    const auto shared =
        std::find_if(jobs[i].outputs.begin(), jobs[i].outputs.end(),
                     [&](const fs::path& output) { return writers.contains(identity(output)); });
    if (shared != jobs[i].outputs.end()) {
      inputs.problems.push_back(fmt::format("{}: left out: its result {} would be that of {}",
                                            shown(jobs[i].input), shown(*shared),
                                            shown(writers[identity(*shared)])));
      continue;
    }
    for (const fs::path& output : jobs[i].outputs) {
      if (!is_stream(output)) writers.emplace(identity(output), jobs[i].input);
    }
    files.push_back(std::move(inputs.files[i]));
    kept.push_back(std::move(jobs[i]));
  }
  inputs.files = std::move(files);
  jobs = std::move(kept);
}

}  // namespace

std::vector<Job> plan_outputs(Inputs& inputs, std::span<const OutputKind> kinds,
                              bool json_to_stdout, std::vector<fs::path> also_read) {
  refuse_one_file_for_several(inputs, kinds);
  refuse_results_beside_pipes(inputs, kinds);
  refuse_shared_stdout(kinds, json_to_stdout);
  std::vector<Job> jobs;
  for (const InputFile& file : inputs.files) jobs.push_back({file.path, {}});
  for (const OutputKind& kind : kinds) add_outputs(inputs.files, kind, kinds[0], jobs);
  refuse_overwriting(jobs, std::move(also_read));
  if (inputs.listed) leave_out_shared_names(inputs, jobs);
  refuse_shared_names(jobs);
  return jobs;
}

void make_folders(const std::vector<Job>& jobs) {
  std::set<fs::path> made;
  for (const Job& job : jobs) {
    for (const fs::path& output : job.outputs) {
      if (!is_stream(output) && made.insert(output.parent_path()).second) make_folders_for(output);
    }
  }
}

std::string choose_format(std::string_view option, const std::string& path,
                          const std::string& format, std::span<const std::string_view> known,
                          std::string_view format_option) {
  std::string extension = extension_of(path);
  const bool is_known = std::find(known.begin(), known.end(), extension) != known.end();
  const bool is_file = !path.empty() && !names_result_folder(path) && !is_stream(path);
  if (is_file && !is_known) {
    fail(ErrorKind::usage, "{} {}: {}; known are .{}, and a folder ends in a slash", option,
         shown(path),
         extension.empty() ? "the name has no extension"
                           : fmt::format("unknown extension .{}", printable(extension)),
         fmt::join(known, ", ."));
  }
  if (!is_file) return format.empty() ? std::string(known[0]) : format;
  if (!format.empty() && format != extension) {
    fail(ErrorKind::usage, "{} {}: the extension contradicts {} {}", option, shown(path),
         format_option, format);
  }
  return extension;
}

void refuse_view_as_result(const std::string& path, std::string_view view_option,
                           std::span<const std::string_view> known) {
  const std::string extension = extension_of(path);
  const auto is_in = [&](std::span<const std::string_view> formats) {
    return std::find(formats.begin(), formats.end(), extension) != formats.end();
  };
  if (names_result_folder(path) || is_in(known) || !is_in(image::picture_formats)) return;
  fail(ErrorKind::usage, "-o {0}: .{1} is for a picture to look at ({2} {0}); known are .{3}",
       shown(path), extension, view_option, fmt::join(known, ", ."));
}

size_t add_kind(std::vector<OutputKind>& kinds, bool wanted, const char* option, const char* suffix,
                const std::string& path, std::span<const std::string_view> known,
                const std::string& view_format) {
  if (!wanted) return 0;
  kinds.push_back(
      {option, suffix, choose_format(option, path, view_format, known, "--view-format"), path});
  return kinds.size() - 1;
}

}  // namespace dpt::cli
