// Where results go: names, and what is refused before any work is done.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/inputs.h"

namespace dpt::cli {

/// One kind of result of a command. The first of a command's kinds is the primary one; the others
/// are extras.
struct OutputKind {
  std::string option;     ///< for messages: "-o", "--overlay"
  std::string suffix;     ///< of default names: "depth" makes STEM.depth.png
  std::string extension;  ///< without its dot
  /// As given: a file, "-" for standard output, a folder (names_result_folder()), or empty. Empty:
  /// the primary result stands beside its source, an extra beside the primary result.
  std::string path;
};

struct Job {
  std::filesystem::path input;
  std::vector<std::filesystem::path> outputs;  ///< one for each kind
};

/// One job for each input. STEM is the source's, or that of the primary result's file where one is
/// named; names that would collide keep the source's extension (a.jpg.depth.png). Throws
/// Error(usage) when several inputs go to one file, when an output would overwrite an input, a
/// file of `also_read` (weights, a list) or another output, or when more than one result goes to
/// standard output (`json_to_stdout` counts as one). Where inputs come from a list, one whose
/// output is another one's is left out of `inputs.files`, and is one of `inputs.problems` instead.
/// Nothing is made: see make_folders().
std::vector<Job> plan_outputs(Inputs& inputs, std::span<const OutputKind> kinds,
                              bool json_to_stdout,
                              std::vector<std::filesystem::path> also_read = {});

/// Makes the folders that the jobs' results are to stand in: when nothing else can keep the jobs
/// from being done. Throws Error(input).
void make_folders(const std::vector<Job>& jobs);

/// The format of a result: the extension of `path` where that names a file, else `format`
/// (--format), else the first of `known`. Throws Error(usage) that lists `known` for any other
/// extension, and when `format`, which `format_option` gave, contradicts it.
std::string choose_format(std::string_view option, const std::string& path,
                          const std::string& format, std::span<const std::string_view> known,
                          std::string_view format_option = "--format");

/// Throws Error(usage) where `path` (-o) names a format of pictures to look at, which `view_option`
/// would write, and none of `known`, which hold a result's values.
void refuse_view_as_result(const std::string& path, std::string_view view_option,
                           std::span<const std::string_view> known);

/// Adds an extra where it is wanted and gives its place in Job::outputs, else 0. `view_format`:
/// --view-format, for pictures to look at. Throws as choose_format().
size_t add_kind(std::vector<OutputKind>& kinds, bool wanted, const char* option, const char* suffix,
                const std::string& path, std::span<const std::string_view> known,
                const std::string& view_format = {});

}  // namespace dpt::cli
