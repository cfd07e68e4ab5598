#include "cli/program.h"

#include <memory>

#include "args/shells.h"
#include "base/report.h"
#include "cli/console.h"
#include "cli/file_argument.h"
#include "cli/parse.h"
#include "runtime/instruction_set.h"

namespace dpt::cli {

namespace {

constexpr const char* examples = R"(Examples:
  dpt depth photo.jpg                 photo.depth.png (16 bit) and a view
  dpt segment photo.jpg               photo.labels.png, and them on the picture
  dpt video clip.mp4                  clip.depth.mp4, with the clip's sound
  dpt compare a.pt b.pt -i photo.jpg  photo.compare.png: models side by side
  dpt eval depth pairs photos/        figures on photos with measured depth
  dpt info weights.pt                 what a model is
  dpt bench -m weights.pt             how fast it is here
  dpt models                          names that -m accepts
  dpt help depth                      a command's options and examples)";

constexpr const char* exit_codes =
    "0 done; 1 an input failed or an output could not be written; 2 usage; 3 the model cannot be "
    "used; 4 no memory, or no such device; 130 interrupted.";

constexpr const char* environment =
    "DPT_MODELS (folder of models), DPT_THREADS (default of --threads), DPT_CPU (amx, avx512, "
    "avx2, "
    "baseline), NO_COLOR (no progress bar), COLUMNS (width of this text).";

std::unique_ptr<Parser> make_program(std::span<const AddCommand> commands, Command& chosen) {
  auto app = std::make_unique<Parser>(
      "Dense Prediction Transformers: depth and segmentation of pictures", "dpt");
  app->set_version_flag("-V,--version", version_text, "version and instruction set");
  app->require_subcommand();
  app->order_groups(group::in_order);
  app->footer(examples);
  app->section("Exit codes", exit_codes);
  app->section("Environment", environment);
  for (const AddCommand add : commands) add(*app, chosen);
  return app;
}

}  // namespace

std::string version_text() {
  return fmt::format("dpt {} ({})", DPT_VERSION, runtime::instruction_set());
}

int run_commands(std::vector<std::string> arguments, std::span<const AddCommand> commands) {
  Command chosen;
  const std::unique_ptr<Parser> app = make_program(commands, chosen);
  refuse_file_as_command(*app, arguments);
  if (const auto code = parse(*app, std::move(arguments))) return *code;
  Interruption interruption;
  return chosen(interruption);
}

int answer_completion(const std::vector<std::string>& asked, std::span<const AddCommand> commands) {
  Command unused;
  print_out(args::completion_answer(*make_program(commands, unused), asked));
  return 0;
}

int report_errors(const std::function<int()>& body) {
  return dpt::report_errors(body, print_error);
}

}  // namespace dpt::cli
