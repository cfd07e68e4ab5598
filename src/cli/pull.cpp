// dpt models pull: the program dpt-pull.
#include "store/pull/pull.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/settings.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/find_model.h"
#include "cli/pull_options.h"

namespace dpt::cli {

namespace {

constexpr int64_t mebibyte = int64_t{1} << 20;

store::Hub hub_of_settings() {
  store::Hub hub;
  if (settings().hf_endpoint) hub.endpoint = *settings().hf_endpoint;
  hub.token = settings().hf_token.value_or("");
  if (settings().hf_offline) hub.offline = "HF_HUB_OFFLINE is set";
  return hub;
}

std::string summary(const std::string& name, const store::Pulled& pulled, const Console& console) {
  if (pulled.bytes == 0) return fmt::format("{} is here already", printable(name));
  return fmt::format("pulled {} ({:.1f} MiB, {})", printable(name),
                     static_cast<double>(pulled.bytes) / mebibyte, console.elapsed());
}

int run_pull(const PullOptions& options) {
  Console console(options.quiet);
  const store::PullEvents events = {
      [&](const std::string& name, int64_t done, int64_t total) {
        console.progress(static_cast<size_t>(done / mebibyte),
                         static_cast<size_t>(std::max(total, done) / mebibyte), name + " (MiB)");
      },
      [&] { console.end_progress(); }};
  for (const std::string& name : options.names) {
    const store::Pulled pulled =
        store::pull_model(name, cache_folders(), hub_of_settings(), open_registry, events);
    console.summary(summary(name, pulled, console));
    print_out(pulled.place.string() + "\n");
  }
  return 0;
}

}  // namespace

void add_pull(Parser& app, Command& chosen) {
  auto options = std::make_shared<PullOptions>();
  Parser& models = *app.add_subcommand("models", "Known models");
  models.require_subcommand();
  Parser& command = add_pull_command(models, *options);
  command.callback(
      [options, &chosen] { chosen = [options](Interruption&) { return run_pull(*options); }; });
}

}  // namespace dpt::cli
