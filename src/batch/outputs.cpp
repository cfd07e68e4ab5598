#include "batch/outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/folders.h"
#include "base/file/paths.h"
#include "image/picture_name.h"

namespace dpt::batch {

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

void refuse_shared_stdout(std::span<const OutputKind> kinds, std::string_view other_on_stdout) {
  std::vector<std::string_view> options;
  for (const OutputKind& kind : kinds) {
    if (kind.path == "-") options.push_back(kind.option);
  }
  if (!other_on_stdout.empty()) options.push_back(other_on_stdout);
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
  dpt::refuse_overwriting(written, read);
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
                              std::string_view other_on_stdout, std::vector<fs::path> also_read) {
  refuse_one_file_for_several(inputs, kinds);
  refuse_results_beside_pipes(inputs, kinds);
  refuse_shared_stdout(kinds, other_on_stdout);
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

std::string choose_format(const Given& path, const Given& format,
                          std::span<const std::string_view> known) {
  const std::string name(path.value);
  std::string extension = image::extension_of(name);
  const bool is_known = std::find(known.begin(), known.end(), extension) != known.end();
  const bool is_file = !name.empty() && !names_result_folder(name) && !is_stream(name);
  if (is_file && !is_known) {
    fail(ErrorKind::usage, "{} {}: {}; known are .{}, and a folder ends in a slash", path.name,
         shown(name),
         extension.empty() ? "the name has no extension"
                           : fmt::format("unknown extension .{}", printable(extension)),
         fmt::join(known, ", ."));
  }
  if (!is_file) return std::string(format.value.empty() ? known[0] : format.value);
  if (!format.value.empty() && format.value != extension) {
    fail(ErrorKind::usage, "{} {}: the extension contradicts {} {}", path.name, shown(name),
         format.name, format.value);
  }
  return extension;
}

}  // namespace dpt::batch
