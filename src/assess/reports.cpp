#include "assess/reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/paths.h"
#include "eval/report/html_report.h"
#include "eval/report/text_report.h"

namespace dpt::assess {

namespace {

constexpr size_t most_bytes = size_t{1} << 31;

/// "a, b and c"
std::string names_text(std::span<const ReportFile> files) {
  std::string text;
  for (size_t i = 0; i < files.size(); ++i) {
    text += i == 0 ? "" : i + 1 == files.size() ? " and " : ", ";
    text += files[i].name;
  }
  return text;
}

std::string text_of(ReportFormat format, const eval::Results& results, size_t count) {
  switch (format) {
    case ReportFormat::json:
      return eval::to_json(results).dump() + "\n";
    case ReportFormat::csv:
      return eval::csv_of(results);
    case ReportFormat::html:
      break;
  }
  return eval::html_of(results, count);
}

eval::Results read_share(const std::string& path) {
  const std::vector<std::byte> bytes = read_file(path, most_bytes, ErrorKind::input);
  return eval::from_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, shown(path));
}

}  // namespace

void check_reports(std::span<const ReportFile> files) {
  int streams = 0;
  std::map<std::filesystem::path, std::string_view> names;
  for (const auto& [format, path, name] : files) {
    if (path.empty()) continue;
    if (path == "-") {
      ++streams;
      continue;
    }
    if (names_folder(path)) fail(ErrorKind::input, "{}: cannot write: is a folder", shown(path));
    if (is_stream(path)) continue;
    const auto [first, is_new] = names.emplace(identity(path), name);
    if (!is_new) {
      fail(ErrorKind::usage, "{} and {}: both are {}, expected files of their own", first->second,
           name, shown(path));
    }
  }
  if (streams > 1) {
    fail(ErrorKind::usage, "{}: only one of them may be -", names_text(files));
  }
}

std::vector<ReportText> report_texts(std::span<const ReportFile> files, eval::Results& results,
                                     size_t count, bool is_share) {
  std::vector<ReportText> texts;
  for (const ReportFile& file : files) {
    if (!file.path.empty()) texts.push_back({file.path, {}});
  }
  const auto write = [&](bool is_html) {
    auto text = texts.begin();
    for (const ReportFile& file : files) {
      if (file.path.empty()) continue;
      if ((file.format == ReportFormat::html) == is_html) {
        text->text = text_of(file.format, results, count);
      }
      ++text;
    }
  };
  write(true);
  if (!is_share) {
    for (eval::PictureResult& picture : results.pictures) picture.panels.clear();
  }
  write(false);
  return texts;
}

eval::Results merge_shares(std::span<const std::string> paths) {
  eval::Results results = read_share(paths.front());
  for (const std::string& path : paths.subspan(1)) {
    eval::merge(results, read_share(path), shown(path));
  }
  return results;
}

size_t left_out_of(const eval::Results& results) {
  return results.samples - (results.pictures.size() + results.failed.size());
}

}  // namespace dpt::assess
