// dpt info
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/file/file.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/completions.h"
#include "cli/console.h"
#include "cli/find_model.h"
#include "cli/options.h"
#include "cli/verified.h"
#include "store/facts/model_facts.h"

namespace dpt::cli {

namespace {

constexpr const char* examples = R"(Examples:
  dpt info weights.pt
  dpt info dpt_hybrid-midas-501f0c75.pt --verify    reads the file: hash, values that are not finite
  dpt info starter-depth --json

Exit code 3 when the model cannot be run or --verify finds a difference.)";

struct Options {
  std::string model;
  bool verify = false;
  bool json = false;
};

constexpr size_t longest_list = 10;

/// 1234567 as 1,234,567.
std::string with_separators(std::string digits) {
  for (size_t at = digits.size(); at > 3 && digits[at - 4] != '-';) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string text_of(const Json& value) {
  if (value.is_text()) return printable(value.text(), 1000);
  if (value.is_bool()) return value.boolean() ? "yes" : "no";
  if (value.is_integer()) return with_separators(value.dump());
  if (value.is_null()) return "unknown";
  if (value.is_number()) return value.dump();
  std::vector<std::string> parts;
  if (value.is_list()) {
    for (const Json& item : value.items()) parts.push_back(text_of(item));
  } else {
    for (const auto& [key, item] : value.members())
      parts.push_back(fmt::format("{} {}", key, text_of(item)));
  }
  const size_t beyond = parts.size() > longest_list ? parts.size() - longest_list : 0;
  parts.resize(parts.size() - beyond);
  std::string text = fmt::format("{}", fmt::join(parts, ", "));
  return beyond == 0 ? text : text + fmt::format(", and {} more", beyond);
}

void print_fact(std::string name, const Json& value) {
  std::replace(name.begin(), name.end(), '_', ' ');
  print_out(fmt::format("  {:<22} {}\n", name, text_of(value)));
}

/// One line per fact; lists of objects and of texts about tensors get a line for each item.
void print_facts(const Json& facts) {
  print_out(shown(facts.at("model").text()) + "\n");
  for (const auto& [name, value] : facts.members()) {
    const bool is_list = value.is_list() && !value.empty();
    if (is_list && name == "verified") {
      for (const Json& file : value.items()) print_fact(name, verified_text(file));
      continue;
    }
    if (name == "model" || (value.is_list() && value.empty())) continue;
    if (is_list && (value.items().front().is_object() || name == "problems")) {
      for (const Json& item : value.items()) print_fact(name, item);
    } else {
      print_fact(name, value);
    }
  }
}

int run_info(const Options& options) {
  const std::filesystem::path model = find_model(options.model);
  const store::Registry registry = open_registry();
  Json facts = store::model_facts(model, registry);
  bool usable = facts["problems"].empty();
  if (options.verify) {
    const store::Verification found = store::verify_model(model, registry);
    facts["verified"] = Json::list();
    for (const store::VerifiedFile& file : found.files) {
      facts["verified"].push_back(verified_record(file));
    }
    facts["non_finite"] = found.non_finite;
    usable = found.is_good() && usable;
  }
  if (options.json) {
    print_json(facts, true);
  } else {
    print_facts(facts);
  }
  if (usable) return 0;
  fail(ErrorKind::model, "{}: {}", shown(model),
       facts["problems"].empty() ? "is not what it should be (see verified, non finite)"
                                 : "cannot be run (see problems)");
}

}  // namespace

void add_info(Parser& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  Parser& command = *app.add_subcommand("info", "What a model is: variant, task, sizes, licence");
  completes_model(
      command
          .add_option("MODEL", options->model,
                      "weight file, Hugging Face folder, or a name that \"dpt models\" lists")
          ->required()
          ->check(refuse_empty)
          ->type_name(""));
  command.add_flag("--verify", options->verify,
                   "compare the SHA-256 with the registry or the file's name; look for values that "
                   "are not finite");
  command.add_flag("--json", options->json, "everything, as one JSON object");
  command.footer(examples);
  command.callback(
      [options, &chosen] { chosen = [options](Interruption&) { return run_info(*options); }; });
}

}  // namespace dpt::cli
