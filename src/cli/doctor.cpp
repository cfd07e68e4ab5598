// dpt doctor
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "base/cpu.h"
#include "base/json.h"
#include "base/processors.h"
#include "base/settings.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/find_model.h"
#include "cli/json_output.h"
#include "cli/options.h"
#include "cli/registry.h"
#include "image/read.h"
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
    const Registry registry(models_folder());
    facts["models_folder"] = registry.folder().string();
    Json here = Json::list();
    for (const KnownModel& model : registry.models()) {
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
  facts["video"] = fs::exists(program.parent_path() / "dpt-video", ignored);
  if (!facts["video"].boolean()) {
    problems.push_back("dpt-video is not beside dpt: no videos");
  }
  if (!image::can_read_heif()) {
    problems.push_back("libheif.so.1 cannot be loaded: no HEIC and AVIF pictures");
  }
  facts["environment"] = environment_of(settings());
  facts["problems"] = problems;
  return facts;
}

std::string text_of(const Json& value) {
  if (value.is_null()) return "none";
  if (value.is_text()) return value.text();
  if (value.is_bool()) return value.boolean() ? "yes" : "no";
  if (value.is_integer()) return value.dump();
  if (value.is_number()) return fmt::format("{:.1f}", value.real());
  std::vector<std::string> parts;
  if (value.is_list()) {
    for (const Json& item : value.items()) parts.push_back(text_of(item));
  } else {
    for (const auto& [key, item] : value.members())
      parts.push_back(fmt::format("{} {}", key, text_of(item)));
  }
  return parts.empty() ? "none" : fmt::format("{}", fmt::join(parts, ", "));
}

int run_doctor(bool json) {
  const Json facts = collect();
  if (json) {
    print_json(facts, true);
  } else {
    for (const auto& [key, value] : facts.members()) {
      if (key != "problems") print_out(fmt::format("{:<16} {}\n", key, text_of(value)));
    }
    for (const Json& problem : facts.at("problems").items()) {
      print_out(fmt::format("{:<16} {}\n", "problem", problem.text()));
    }
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
