#include "cli/parse.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "base/error.h"
#include "cli/console.h"
#include "cli/paths.h"
#include "cli/suggest.h"

namespace dpt::cli {

namespace {

/// Arguments in a form that CLI11 passes on unchanged: it would take what follows "--" for options
/// after --NAME [PATH], split "[a,b]" in two, read "{}" as no value, and take the next argument for
/// the value of "--NAME=".
std::vector<std::string> protect(std::vector<std::string> arguments) {
  bool only_inputs = false;
  for (std::string& argument : arguments) {
    if (!only_inputs && argument.starts_with("--") && argument.find('=') == argument.size() - 1) {
      fail(ErrorKind::usage, "{} has an empty value", printable(argument));
    }
    const bool bracketed = argument.starts_with('[') && argument.ends_with(']');
    const bool looks_like_option = only_inputs && argument.starts_with('-');
    only_inputs = only_inputs || argument == "--";
    if (bracketed || looks_like_option || argument == "{}") argument.insert(0, "./");
  }
  return arguments;
}

const CLI::App& innermost(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : innermost(*chosen.front());
}

/// "dpt depth"
std::string full_name(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent == nullptr ? command.get_name() : full_name(*parent) + " " + command.get_name();
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

[[noreturn]] void fail_unexpected(const CLI::App& command, const std::string& argument) {
  const std::string name = argument.substr(0, argument.find('='));
  const bool is_option = name.size() > 1 && name.starts_with('-');
  const std::vector<std::string> known = is_option ? option_names(command) : command_names(command);
  const char* what = is_option       ? "unknown option"
                     : known.empty() ? "unexpected"
                                     : "unknown command";
  fail(ErrorKind::usage, "{} {}{} ({} --help)", what, printable(argument),
       did_you_mean(name, known), full_name(command));
}

[[noreturn]] void fail_parsing(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = innermost(app);
  const std::vector<std::string> unexpected = app.remaining(true);
  if (!unexpected.empty()) fail_unexpected(command, unexpected.front());
  if (&command == &app && !command_names(app).empty()) {
    fail(ErrorKind::usage, "a command is required: {} ({} --help)",
         fmt::join(command_names(app), ", "), app.get_name());
  }
  fail(ErrorKind::usage, "{} ({} --help)", printable(error.what(), 400), full_name(command));
}

bool takes_optional_path(const CLI::Option& option) {
  return option.get_expected_min() == 0 && option.get_expected_max() == 1 && option.nonpositional();
}

/// True when the option's value is an argument of its own.
bool stands_apart(const CLI::Option& option, const std::vector<std::string>& arguments) {
  return std::none_of(arguments.begin(), arguments.end(), [&](const std::string& argument) {
    return argument.starts_with(option.get_name() + "=");
  });
}

void refuse_paths_before_inputs(const CLI::App& command,
                                const std::vector<std::string>& arguments) {
  for (const CLI::Option* option : command.parse_order()) {
    if (option->get_positional()) return;
    if (!takes_optional_path(*option) || option->results().back().empty()) continue;
    if (!stands_apart(*option, arguments)) continue;
    const std::string& path = option->results().back();
    fail(ErrorKind::usage, "{0} {1}: name the inputs first, or write {0}={1}", option->get_name(),
         shown(path));
  }
}

/// Of other options the last counts, but a second name of the result is a slip.
void refuse_several_results(const CLI::App& command) {
  const CLI::Option* output = command.get_option_no_throw("--output");
  if (output == nullptr || output->count() < 2) return;
  fail(ErrorKind::usage, "-o is given {} times; expected one name ({} --help)", output->count(),
       full_name(command));
}

}  // namespace

std::optional<int> parse(CLI::App& app, std::vector<std::string> arguments) {
  arguments = protect(std::move(arguments));
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);  // CLI11 takes them from the back
  } catch (const CLI::Success& asked) {
    std::ostringstream text;
    std::ostringstream unused;
    app.exit(asked, text, unused);
    print_out(text.str());
    return 0;
  } catch (const CLI::ParseError& error) {
    fail_parsing(app, error);
  }
  refuse_several_results(innermost(app));
  refuse_paths_before_inputs(innermost(app), arguments);
  return std::nullopt;
}

void add_extra(CLI::App& command, const std::string& option, Extra& extra,
               const std::string& description) {
  command
      .add_option_function<std::string>(
          option,
          [&extra](const std::string& path) {
            extra.wanted = true;
            extra.path = path;
          },
          description)
      ->expected(0, 1)
      ->type_name("[PATH]")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

}  // namespace dpt::cli
