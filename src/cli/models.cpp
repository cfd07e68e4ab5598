// dpt models
#include <fmt/format.h>

#include <algorithm>

#include "base/file/file.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/completions.h"
#include "cli/console.h"
#include "cli/find_model.h"
#include "cli/options.h"
#include "cli/pull_options.h"
#include "cli/verified.h"
#include "store/remove.h"

namespace dpt::cli {

namespace {

constexpr const char* examples = R"X(Examples:
  dpt models list
  dpt models show dpt_hybrid-midas
  dpt models pull dpt_hybrid-midas           then: dpt depth photo.jpg -m dpt_hybrid-midas
  dpt models pull hf:Intel/dpt-large-ade     then: dpt segment photo.jpg -m hf:Intel/dpt-large-ade
  dpt depth photo.jpg -m "$(dpt models path starter-depth)")X";

struct Options {
  std::string name;
  bool json = false;
};

std::string state_of(const store::Registry& registry, const store::KnownModel& model) {
  if (!model.is_supported()) return "not run by this version";
  return registry.locate(model) ? "here" : "not here";
}

std::string task_of(const store::KnownModel& model) {
  return model.metric.value_or(false) ? model.task + ", metres" : model.task;
}

std::string or_unknown(const std::string& text) { return text.empty() ? "unknown" : text; }

int list_models(const Options& options) {
  const store::Registry registry = open_registry();
  if (options.json) {
    Json list = Json::list();
    for (const store::KnownModel& model : registry.models()) list.push_back(model.json);
    print_json(list, true);
    return 0;
  }
  size_t width = 0;
  for (const store::KnownModel& model : registry.models())
    width = std::max(width, model.name.size());
  for (const store::KnownModel& model : registry.models()) {
    print_out(fmt::format("{:<{}}  {:<14}  {:<10}  {}\n", model.name, width, task_of(model),
                          or_unknown(model.licence), state_of(registry, model)));
  }
  return 0;
}

void print_field(std::string_view name, const std::string& value) {
  if (!value.empty()) print_out(fmt::format("  {:<12} {}\n", name, value));
}

/// A repository that the registry does not know.
int show_repository(const Options& options, const store::HfRepo& repo) {
  const auto path = store::find_snapshot(cache_folders(), repo);
  const std::string url = "https://huggingface.co/" + repo.name;
  if (options.json) {
    Json record = {{"name", options.name}, {"url", url}, {"path", nullptr}};
    if (path) record["path"] = path->string();
    print_json(record, true);
    return 0;
  }
  print_out(options.name + "\n");
  print_field("source", url);
  print_field("path", path ? path->string() : "");
  print_field("state", path ? "here (dpt info says what it is)" : "not here");
  return 0;
}

int show_model(const Options& options) {
  const store::Registry registry = open_registry();
  const auto repo = store::parse_hf(options.name);
  const store::KnownModel* of_repo = repo ? registry.find_repo(repo->name) : nullptr;
  if (repo && of_repo == nullptr) return show_repository(options, *repo);
  const store::KnownModel& model = of_repo != nullptr ? *of_repo : registry.get(options.name);
  if (options.json) {
    print_json(model.json, true);
    return 0;
  }
  const auto path = registry.locate(model);
  print_out(model.name + "\n");
  print_field("also", fmt::format("{}", fmt::join(model.aliases, ", ")));
  print_field("task", task_of(model));
  print_field("family", fmt::format("{}, {}", model.architecture, model.variant));
  print_field("model type", model.model_type);
  print_field("file", model.file);
  print_field("bytes", model.bytes ? fmt::format("{}", *model.bytes) : "");
  print_field("sha256", model.sha256.empty() && !model.sha256_prefix.empty()
                            ? model.sha256_prefix + "..."
                            : model.sha256);
  print_field("licence", or_unknown(model.licence));
  print_field("source", model.url);
  print_field("path", path ? path->string() : "");
  print_field("state", state_of(registry, model));
  print_field("notes", model.notes);
  for (const store::Accuracy& figure : model.accuracy) {
    print_field("accuracy", fmt::format("{}, {}: {} ({})", figure.dataset, figure.metric,
                                        figure.value, figure.source));
  }
  return 0;
}

int show_path(const Options& options) {
  if (store::parse_hf(options.name)) {
    print_out(find_model(options.name).string() + "\n");
    return 0;
  }
  const store::Registry registry = open_registry();
  print_out(registry.require(registry.get(options.name)).string() + "\n");
  return 0;
}

int verify_model_named(const Options& options) {
  const store::Registry registry = open_registry();
  const std::filesystem::path model = find_model(options.name);
  const store::Verification found = store::verify_model(model, registry);
  for (const store::VerifiedFile& file : found.files) {
    const Json record = verified_record(file);
    if (options.json) {
      print_json(record);
    } else {
      print_out(verified_text(record) + "\n");
    }
  }
  if (found.is_good()) return 0;
  const std::vector<std::string>& broken = found.non_finite;
  if (broken.empty()) {
    fail(ErrorKind::model, "{}: is not what was published", printable(options.name));
  }
  fail(ErrorKind::model, "{}: {} tensor{} infinite values or values that are no numbers, as {}",
       printable(options.name), broken.size(), broken.size() == 1 ? " holds" : "s hold",
       printable(broken[0]));
}

int remove_pulled(const Options& options) {
  const store::Removed removed = store::remove_model(options.name, cache_folders(), open_registry);
  print_out(fmt::format("removed {}{}\n", removed.place.string(),
                        removed.others_stay ? ", but for files that were not pulled" : ""));
  return 0;
}

}  // namespace

void add_models(Parser& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  const auto choose = [options, &chosen](int (*action)(const Options&)) {
    return [options, &chosen, action] {
      chosen = [options, action](Interruption&) { return action(*options); };
    };
  };
  Parser& models =
      *app.add_subcommand("models", "Known models: list them, show one, find its file");
  models.footer(examples);
  models.add_flag("--json", options->json, "the registry's entries");
  models.callback(choose(list_models));

  Parser& list = *models.add_subcommand("list", "All known models");
  list.add_flag("--json", options->json, "the registry's entries");
  list.callback(choose(list_models));

  Parser& show = *models.add_subcommand("show", "What is known of one");
  show.add_option("name", options->name, "name, alias or hf:owner/name")
      ->required()
      ->check(refuse_empty)
      ->completes([] { return names_of_models(Known::all); });
  show.add_flag("--json", options->json, "the registry's entry");
  show.callback(choose(show_model));

  Parser& path = *models.add_subcommand("path", "Where its file or folder is");
  path.add_option("name", options->name, "name, alias or hf:owner/name")
      ->required()
      ->check(refuse_empty)
      ->completes([] { return names_of_models(Known::here); });
  path.callback(choose(show_path));

  Parser& verify = *models.add_subcommand("verify", "Compare its SHA-256 with the published one");
  verify.add_option("name", options->name, "name, path or hf:owner/name")
      ->required()
      ->check(refuse_empty)
      ->completes([] { return names_of_models(Known::here); });
  verify.add_flag("--json", options->json, "a JSON object for each file");
  verify.callback(choose(verify_model_named));

  Parser& remove = *models.add_subcommand("rm", "Delete what was pulled of it");
  remove.add_option("name", options->name, "name, alias or hf:owner/name[@revision]")
      ->required()
      ->check(refuse_empty)
      ->completes([] { return names_of_models(Known::here); });
  remove.callback(choose(remove_pulled));

  // The program dpt-pull; here for help and completion.
  const auto pulled = std::make_shared<PullOptions>();
  add_pull_command(models, *pulled).callback([pulled] {});  // keeps it as long as the parser
}

}  // namespace dpt::cli
