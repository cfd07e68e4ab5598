// dpt doctor
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "base/error.h"
#include "base/file/file.h"
#include "base/json.h"
#include "base/machine/cpu.h"
#include "base/machine/processors.h"
#include "base/settings.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/find_model.h"
#include "cli/options.h"
#include "image/codec/read.h"
#include "runtime/instruction_set.h"

namespace dpt::cli {

namespace {

namespace fs = std::filesystem;

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;

/// How each precision is computed here.
Json precisions() {
  Json result = Json::object();
  for (const char* name : {"fp32", "bf16", "int8"}) {
    try {
      ModelOptions options;
      options.precision = name;
      const OpenModel model = open_model(options);
      result[name] = backend::name_of(model.engine->precision());
    } catch (const std::exception& error) {
      result[name] = nullptr;
    }
  }
  return result;
}

void add_models(Json& facts, Json& problems) {
  try {
    const store::Registry registry = open_registry();
    facts["models_folder"] = registry.folder().string();
    Json here = Json::list();
    for (const store::KnownModel& model : registry.models()) {
      if (model.is_supported() && registry.locate(model)) here.push_back(model.name);
    }
    facts["models"] = here;
    for (const char* starter : {"starter-depth", "starter-segmentation"}) {
      try {
        ModelOptions options;
        options.model = starter;
        open_model(options);
      } catch (const std::exception& error) {
        problems.push_back(error.what());
      }
    }
  } catch (const std::exception& error) {
    facts["models_folder"] = nullptr;
    problems.push_back(error.what());
  }
}

Json environment_of(const Settings& settings) {
  Json set = Json::object();
  const auto add = [&](const char* name, const std::optional<std::string>& value) {
    if (value) set[name] = *value;
  };
  add("DPT_CPU", settings.cpu);
  add("DPT_MODELS", settings.models);
  add("DPT_THREADS", settings.threads);
  return set;
}

/// Of a program that stands beside this one. Empty: nothing.
std::string what_keeps_from_starting(const fs::path& program) {
  if (::access(program.c_str(), X_OK) != 0) {
    return "is not there; \"make\" builds it, and it must stand beside dpt";
  }
  std::string path = program.string();
  std::string help = "--help";
  std::array<char*, 3> arguments = {path.data(), help.data(), nullptr};
  posix_spawn_file_actions_t silent;
  ::posix_spawn_file_actions_init(&silent);
  for (const int output : {STDOUT_FILENO, STDERR_FILENO}) {
    ::posix_spawn_file_actions_addopen(&silent, output, "/dev/null", O_WRONLY, 0);
  }
  pid_t child = 0;
  int status = 0;
  const int error =
      ::posix_spawn(&child, path.c_str(), &silent, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&silent);
  if (error == 0 && ::waitpid(child, &status, 0) == child && status == 0) return {};
  return fmt::format(
      "does not start, most likely for a library that was removed; \"ldd {}\" names it, and "
      "\"make build\" installs what is needed",
      shown(program));
}

Json collect() {
  Json problems = Json::list();
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const auto pages = static_cast<double>(::sysconf(_SC_PHYS_PAGES));
  Json facts = {{"version", DPT_VERSION},
                {"program", program.string()},
                {"cpu", cpu_name()},
                {"features", cpu_features()},
                {"instruction_set", runtime::instruction_set()},
                {"devices", {"cpu"}},
                {"cores", usable_cores()},
                {"memory_gib", pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / gibibyte},
                {"precisions", precisions()}};
  add_models(facts, problems);
  facts["pictures"] = image::readable_formats();
  const auto add_program = [&](const char* fact, const char* name, const char* purpose) {
    const fs::path place = program.parent_path() / name;
    const std::string wrong = what_keeps_from_starting(place);
    facts[fact] = wrong.empty();
    if (!wrong.empty()) problems.push_back(fmt::format("{}: {} {}", purpose, shown(place), wrong));
  };
  add_program("video", "dpt-video", "videos");
  add_program("downloads", "dpt-pull", "downloads of models");
  if (!image::can_read_heif()) {
    problems.push_back(
        "HEIC and AVIF pictures: the library libheif.so.1 cannot be loaded; install the package "
        "libheif1 (sudo apt install libheif1)");
  }
  facts["environment"] = environment_of(settings());
  facts["problems"] = problems;
  return facts;
}

std::string joined(const Json& list) {
  std::vector<std::string> items;
  for (const Json& item : list.items()) items.push_back(item.text());
  return items.empty() ? "none" : fmt::format("{}", fmt::join(items, ", "));
}

std::string precisions_text(const Json& precisions) {
  std::vector<std::string> parts;
  for (const auto& [name, used] : precisions.members()) {
    if (used.is_null()) continue;
    const std::string& in = used.text();
    parts.push_back(in == name ? name
                               : fmt::format("{} (no unit for it here: computed in {})", name, in));
  }
  return parts.empty() ? "unknown: no model can be opened"
                       : fmt::format("{}", fmt::join(parts, ", "));
}

std::string environment_text(const Json& environment) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : environment.members()) {
    parts.push_back(fmt::format("{} {}", name, printable(value.text())));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

void print_facts(const Json& facts) {
  const auto print = [](const char* name, const std::string& text) {
    print_out(fmt::format("{:<12} {}\n", name, text));
  };
  const auto yes_or_no = [&](const char* name) { return facts.at(name).boolean() ? "yes" : "no"; };
  print("dpt",
        fmt::format("{} ({})", facts.at("version").text(), shown(facts.at("program").text())));
  print("processor",
        fmt::format("{}, {} core{}, {}", facts.at("cpu").text(), facts.at("cores").integer<int>(),
                    facts.at("cores").integer<int>() == 1 ? "" : "s",
                    facts.at("instruction_set").text()));
  print("memory", fmt::format("{:.1f} GiB", facts.at("memory_gib").real()));
  print("precisions", precisions_text(facts.at("precisions")));
  if (!facts.at("models_folder").is_null()) {
    print("models", fmt::format("{} (of those that {} lists)", joined(facts.at("models")),
                                shown(facts.at("models_folder").text())));
  }
  print("pictures", facts.at("pictures").text());
  print("videos", yes_or_no("video"));
  print("downloads", yes_or_no("downloads"));
  if (!facts.at("environment").empty())
    print("environment", environment_text(facts.at("environment")));
  for (const Json& problem : facts.at("problems").items()) print("missing", problem.text());
  if (facts.at("problems").empty()) print("missing", "nothing");
}

int run_doctor(bool json) {
  const Json facts = collect();
  if (json) {
    print_json(facts, true);
  } else {
    print_facts(facts);
  }
  return facts.at("problems").empty() ? 0 : 1;
}

}  // namespace

void add_doctor(Parser& app, Command& chosen) {
  auto json = std::make_shared<bool>(false);
  Parser& command = *app.add_subcommand(
      "doctor", "What this machine offers, which models are here, what is missing");
  command.add_flag("--json", *json, "as one JSON object");
  command.footer("Exit code 1 when something is missing.");
  command.callback(
      [json, &chosen] { chosen = [json](Interruption&) { return run_doctor(*json); }; });
}

}  // namespace dpt::cli
