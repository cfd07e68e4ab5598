#include "cli/program.h"

#include "base/report.h"
#include "cli/console.h"
#include "cli/parse.h"
#include "runtime/instruction_set.h"

namespace dpt::cli {

namespace {

constexpr const char* examples = R"(Examples:
  dpt depth photo.jpg              photo.depth.png (16 bit) and a coloured view
  dpt segment photo.jpg --overlay  photo.labels.png, and the labels over the picture
  dpt video clip.mp4               clip.depth.mp4, with the clip's sound
  dpt compare a.pt b.pt -i photo.jpg   photo.compare.png: models side by side
  dpt eval depth pairs photos/     how good a model is, on photos with measured depth
  dpt info weights.pt              what a model is
  dpt bench -m weights.pt          how fast it is here
  dpt models                       names that -m accepts

Exit codes: 0 done; 1 an input failed or an output could not be written; 2 usage; 3 the model cannot
be used; 4 no memory, or no such device; 130 interrupted.
Environment: DPT_MODELS, DPT_THREADS, DPT_CPU (amx, avx512, avx2, baseline), NO_COLOR.)";

}  // namespace

std::string version_text() {
  return fmt::format("dpt {} ({})", DPT_VERSION, runtime::instruction_set());
}

int run_commands(std::vector<std::string> arguments, std::span<const AddCommand> commands) {
  Parser app("Dense Prediction Transformers: depth and segmentation of pictures", "dpt");
  app.set_version_flag("--version", version_text, "version and instruction set");
  app.require_subcommand();
  app.footer(examples);
  Command chosen;
  for (const AddCommand add : commands) add(app, chosen);
  if (const auto code = parse(app, std::move(arguments))) return *code;
  Interruption interruption;
  return chosen(interruption);
}

int report_errors(const std::function<int()>& body) {
  return dpt::report_errors(body, print_error);
}

}  // namespace dpt::cli
