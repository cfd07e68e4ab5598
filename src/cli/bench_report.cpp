#include "cli/bench_report.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/json.h"
#include "base/machine/cpu.h"
#include "runtime/instruction_set.h"
#include "runtime/profile.h"

namespace dpt::cli {

namespace {

Json json_of(const BenchRow& row) {
  const runtime::Measurement& f = row.figures;
  return {{"model", row.model},
          {"task", row.task},
          {"height", row.height},
          {"width", row.width},
          {"threads", row.threads},
          {"precision", row.precision},
          {"median_ms", runtime::quantile(f.runs_ms, 0.5)},
          {"p90_ms", runtime::quantile(f.runs_ms, 0.9)},
          {"min_ms", runtime::quantile(f.runs_ms, 0.0)},
          {"load_ms", f.load_ms},
          {"first_ms", f.first_ms},
          {"peak_mb", f.peak_mb},
          {"constants_mb", f.constants_mb},
          {"activations_mb", f.activations_mb},
          {"gmac", f.gmac}};
}

/// A text is quoted when it holds commas, quotes or line ends (RFC 4180).
std::string csv_field(const Json& value) {
  if (!value.is_text()) return value.dump();
  std::string text = value.text();
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  for (size_t at = text.find('"'); at != std::string::npos; at = text.find('"', at + 2)) {
    text.insert(at, 1, '"');
  }
  return fmt::format("\"{}\"", text);
}

std::string rate_text(const runtime::StepSum& sum) {
  if (sum.multiply_adds == 0 || sum.seconds == 0) return "";
  return fmt::format("{:.1f}", 2e-9 * sum.multiply_adds / sum.seconds);
}

std::string profile_table(const char* title, const std::vector<runtime::StepSum>& sums) {
  double all = 0;
  for (const runtime::StepSum& sum : sums) all += sum.seconds;
  std::string text =
      fmt::format("{:<28} {:>6} {:>10} {:>7} {:>9}\n", title, "steps", "ms", "share", "GFLOP/s");
  for (const runtime::StepSum& sum : sums) {
    const double share = all > 0 ? 100 * sum.seconds / all : 0;
    text += fmt::format("{:<28} {:>6} {:>10.3f} {:>6.1f}% {:>9}\n", sum.name, sum.steps,
                        sum.seconds * 1e3, share, rate_text(sum));
  }
  return text;
}

}  // namespace

std::string bench_table(const std::vector<BenchRow>& rows) {
  std::string text = fmt::format("cpu: {} ({})\n", cpu_name(), runtime::instruction_set());
  text += fmt::format("{:<30} {:<12} {:>9} {:>7} {:>9} {:>10} {:>9} {:>9} {:>9} {:>10} {:>8}\n",
                      "model", "task", "size", "threads", "precision", "median ms", "p90 ms",
                      "min ms", "load ms", "first ms", "peak MB");
  for (const BenchRow& row : rows) {
    const runtime::Measurement& f = row.figures;
    text += fmt::format(
        "{:<30} {:<12} {:>9} {:>7} {:>9} {:>10.1f} {:>9.1f} {:>9.1f} {:>9.1f} {:>10.1f} {:>8.0f}\n",
        printable(row.model), row.task, fmt::format("{}x{}", row.height, row.width), row.threads,
        row.precision, runtime::quantile(f.runs_ms, 0.5), runtime::quantile(f.runs_ms, 0.9),
        runtime::quantile(f.runs_ms, 0.0), f.load_ms, f.first_ms, f.peak_mb);
  }
  return text;
}

std::string bench_csv(const std::vector<BenchRow>& rows) {
  std::string text;
  for (const BenchRow& row : rows) {
    const Json fields = json_of(row);
    if (text.empty()) {
      text = "device,cpu";
      for (const auto& [name, value] : fields.members()) text += fmt::format(",{}", name);
      text += '\n';
    }
    text += fmt::format("cpu,{}", csv_field(cpu_name()));
    for (const auto& [name, value] : fields.members()) text += fmt::format(",{}", csv_field(value));
    text += '\n';
  }
  return text;
}

std::string bench_json(const std::vector<BenchRow>& rows) {
  Json report = {{"device", "cpu"}, {"cpu", cpu_name()}, {"results", Json::list()}};
  for (const BenchRow& row : rows) report["results"].push_back(json_of(row));
  return report.dump(true) + "\n";
}

std::string profile_text(const std::vector<backend::StepTime>& steps) {
  return fmt::format("{}\n{}", profile_table("operation", runtime::sum_by_operation(steps)),
                     profile_table("module", runtime::sum_by_module(steps)));
}

}  // namespace dpt::cli
