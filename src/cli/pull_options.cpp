#include "cli/pull_options.h"

#include "cli/completions.h"
#include "cli/options.h"

namespace dpt::cli {

namespace {

constexpr const char* examples = R"(Examples:
  dpt models pull dpt_hybrid-midas
  dpt models pull hf:Intel/dpt-large
  dpt models pull hf:Intel/dpt-large@refs-or-commit

An interrupted download goes on where it was. Checkpoints go to ~/.cache/dpt/models (XDG_CACHE_HOME),
repositories to Hugging Face's own cache, which its Python library shares (HF_HOME, HF_HUB_CACHE).
HF_ENDPOINT names another server, HF_TOKEN opens private repositories, HF_HUB_OFFLINE=1 forbids both.)";

}  // namespace

Parser& add_pull_command(Parser& models, PullOptions& options) {
  Parser& command = *models.add_subcommand("pull", "Download models");
  command.add_option("NAME", options.names, "known names, or hf:owner/name[@revision]")
      ->required()
      ->check(refuse_empty)
      ->type_name("")
      ->group(group::input)
      ->completes([] { return names_of_models(Known::not_here); });
  add_quiet(command, options.quiet);
  command.footer(examples);
  return command;
}

}  // namespace dpt::cli
