// The files in which an evaluation is written down, and evaluations read back from them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eval/report/results.h"

namespace dpt::assess {

enum class ReportFormat : uint8_t {
  json,  ///< everything; what merge_shares() reads
  csv,   ///< a line for each picture
  html,  ///< for people; needs no other file
};

/// Where a report goes.
struct ReportFile {
  ReportFormat format = ReportFormat::json;
  std::string path{};       ///< "-" or a device: a stream; empty: not wanted
  std::string_view name{};  ///< what errors call it
};

/// Before any work: two reports in one file are an Error(usage), as is more than one of "-"; a
/// folder is an Error(input). Files that are not wanted are passed over.
void check_reports(std::span<const ReportFile> files);

struct ReportText {
  std::string path, text;
};

/// The texts of the wanted reports, in their order. `count`: so many of the worst and the best
/// pictures in HTML, with the panels that the results have. JSON has panels, for the report of all
/// shares, with `is_share`; without, they are gone from the results too.
std::vector<ReportText> report_texts(std::span<const ReportFile> files, eval::Results& results,
                                     size_t count, bool is_share);

/// One evaluation from shares of it, which ReportFormat::json wrote: figures as those of the whole
/// run, to the last bit. At least one path. Throws Error(input), naming the file, where one cannot
/// be read, is no such report, or is of another evaluation than the first.
eval::Results merge_shares(std::span<const std::string> paths);

/// Pictures of the data set that are in none of the shares.
size_t left_out_of(const eval::Results& results);

}  // namespace dpt::assess
