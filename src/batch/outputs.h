// Where results go: names, and what is refused before any work is done.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batch/inputs.h"
#include "batch/job.h"

namespace dpt::batch {

/// One kind of result. The first of several kinds is the primary one; the others are extras.
struct OutputKind {
  std::string option;     ///< what `path` is called in messages: "-o", "overlay"
  std::string suffix;     ///< of default names: "depth" makes STEM.depth.png
  std::string extension;  ///< without its dot
  /// As given: a file, "-" for standard output, a folder (names_result_folder()), or empty. Empty:
  /// the primary result stands beside its source, an extra beside the primary result.
  std::string path;
};

/// One job for each input. STEM is the source's, or that of the primary result's file where one is
/// named; names that would collide keep the source's extension (a.jpg.depth.png). Throws
/// Error(usage) when several inputs go to one file, when an output would overwrite an input, a
/// file of `also_read` (weights, a list) or another output, or when more than one result goes to
/// standard output (`other_on_stdout`, the name of what goes there beside them, counts as one;
/// empty: nothing). Where inputs come from a list, one whose
/// output is another one's is left out of `inputs.files`, and is one of `inputs.problems` instead.
/// Nothing is made: see make_folders().
std::vector<Job> plan_outputs(Inputs& inputs, std::span<const OutputKind> kinds,
                              std::string_view other_on_stdout,
                              std::vector<std::filesystem::path> also_read = {});

/// Makes the folders that the jobs' results are to stand in: when nothing else can keep the jobs
/// from being done. Throws Error(input).
void make_folders(const std::vector<Job>& jobs);

/// A value and what it is called where it was given: {"-o", "out/"}.
struct Given {
  std::string_view name;
  std::string_view value;  ///< empty: not given
};

/// The format of a result: the extension of `path` where that names a file, else `format`, else the
/// first of `known`. Throws Error(usage) that lists `known` for any other extension, and when
/// `format` contradicts it.
std::string choose_format(const Given& path, const Given& format,
                          std::span<const std::string_view> known);

}  // namespace dpt::batch
