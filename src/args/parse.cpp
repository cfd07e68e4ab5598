// The only file that knows CLI11: the model (parser.h) becomes its App, and what that finds goes
// back into the model.
#include "args/parse.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <utility>

#include "args/help.h"
#include "base/error.h"
#include "base/suggest.h"

namespace dpt::args {

namespace {

/// An option in both forms.
struct Link {
  Option* ours;
  CLI::Option* theirs;
  std::unique_ptr<bool> flag;  ///< set by CLI11
};

struct Command {
  Parser* ours;
  CLI::App* theirs;
  std::vector<Link> options;
  std::vector<Command> commands;
};

CLI::Option* find(const Command& command, const Option* ours) {
  for (const Link& link : command.options) {
    if (link.ours == ours) return link.theirs;
  }
  return nullptr;
}

std::string all_names(const Option& option) {
  return option.is_input() ? option.name() : fmt::format("{}", fmt::join(option.names(), ","));
}

void add_value(Command& command, Option& option) {
  CLI::Option* theirs = command.theirs->add_option(
      all_names(option),
      [&option](const std::vector<std::string>& given) { return option.set(given); });
  theirs->type_name(option.value_name())->required(option.is_required());
  for (const Check& check : option.checks()) theirs->check(check.problem);
  if (option.most() < 0) {
    theirs->expected(CLI::detail::expected_max_vector_size);
    theirs->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  } else {
    theirs->expected(option.least(), option.most());
    theirs->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  command.options.push_back({&option, theirs, nullptr});
}

void add_flag(Command& command, Option& option) {
  auto flag = std::make_unique<bool>(false);
  CLI::Option* theirs = command.theirs->add_flag(all_names(option), *flag);
  theirs->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  command.options.push_back({&option, theirs, std::move(flag)});
}

void add_option(Command& command, Option& option) {
  switch (option.role()) {
    case Option::Role::value:
      return add_value(command, option);
    case Option::Role::flag:
      return add_flag(command, option);
    case Option::Role::help:
      command.theirs->set_help_flag(all_names(option));
      return;
    case Option::Role::version:
      command.theirs->set_version_flag(all_names(option),
                                       [ours = command.ours] { return ours->version_text(); });
      return;
  }
}

/// What options demand of each other.
void relate_options(Command& command) {
  for (const Link& link : command.options) {
    for (const Option* other : link.ours->excluded()) link.theirs->excludes(find(command, other));
    if (link.ours->unless() == nullptr) continue;
    // At once, so that no input is waited for.
    CLI::Option* other = find(command, link.ours->unless());
    other->trigger_on_parse()->each(
        [theirs = link.theirs](const std::string&) { theirs->required(false); });
  }
}

Command build(Parser& ours, CLI::App& theirs) {
  Command command{&ours, &theirs, {}, {}};
  for (const auto& option : ours.options()) add_option(command, *option);
  relate_options(command);
  for (const auto& inner : ours.commands()) {
    command.commands.push_back(build(*inner, *theirs.add_subcommand(inner->name())));
  }
  // At most one, so that an input may be called as another command.
  if (!ours.commands().empty()) theirs.require_subcommand(ours.requires_command() ? 1 : 0, 1);
  return command;
}

const Command& innermost(const Command& command) {
  for (const Command& inner : command.commands) {
    if (inner.theirs->parsed()) return innermost(inner);
  }
  return command;
}

/// What CLI11 has found, in the model.
void take_over(const Command& command) {
  for (const Link& link : command.options) {
    const bool is_flag = link.flag != nullptr;
    link.ours->remember(link.theirs->count(),
                        is_flag ? std::vector<std::string>() : link.theirs->results());
    if (is_flag && *link.flag) link.ours->set({});
  }
  for (const Command& inner : command.commands) take_over(inner);
}

/// True for an option, of any command, that ends its values at "--".
bool waits_for_values(const Parser& command, const std::string& name) {
  const Option* option = command.find_option(name);
  if (option != nullptr && option->takes_value() && (option->least() == 0 || option->most() < 0)) {
    return true;
  }
  const auto& inner = command.commands();
  return std::any_of(inner.begin(), inner.end(),
                     [&](const auto& one) { return waits_for_values(*one, name); });
}

/// Arguments in a form that CLI11 passes on unchanged: it would take what follows "--" for options
/// after --NAME [PATH], and for another command's behind an input, split "[a,b]" in two, read "{}"
/// as no value, and take the next argument for the value of "--NAME=".
std::vector<std::string> protect(const Parser& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> result;
  std::string last_option;
  bool only_inputs = false;
  for (std::string argument : arguments) {
    const bool looks_like_option = argument.size() > 1 && argument.starts_with('-');
    if (!only_inputs && argument == "--") {
      only_inputs = true;
      if (waits_for_values(program, last_option)) result.push_back(argument);
      continue;
    }
    if (!only_inputs && argument.starts_with("--") && argument.find('=') == argument.size() - 1) {
      fail(ErrorKind::usage, "{} has an empty value", printable(argument));
    }
    if (!only_inputs && looks_like_option) last_option = argument;
    const bool bracketed = argument.starts_with('[') && argument.ends_with(']');
    const bool is_protected = only_inputs && looks_like_option;
    if (bracketed || is_protected || argument == "{}") argument.insert(0, "./");
    result.push_back(std::move(argument));
  }
  return result;
}

std::vector<std::string> option_names(const Parser& command) {
  std::vector<std::string> names;
  for (const auto& option : command.options()) {
    names.insert(names.end(), option->names().rbegin(), option->names().rend());
  }
  return names;
}

std::vector<std::string> command_names(const Parser& parser) {
  std::vector<std::string> names;
  for (const auto& command : parser.commands()) names.push_back(command->name());
  return names;
}

[[noreturn]] void fail_unexpected(const Parser& command, const std::string& argument) {
  const std::string name = argument.substr(0, argument.find('='));
  const bool is_option = name.size() > 1 && name.starts_with('-');
  const std::vector<std::string> known = is_option ? option_names(command) : command_names(command);
  const char* what = is_option       ? "unknown option"
                     : known.empty() ? "unexpected"
                                     : "unknown command";
  fail(ErrorKind::usage, "{} {}{} ({} --help)", what, printable(argument),
       did_you_mean(name, known), command.full_name());
}

[[noreturn]] void fail_parsing(const Command& program, const CLI::ParseError& error) {
  const Command& chosen = innermost(program);
  const Parser& command = *chosen.ours;
  const std::vector<std::string> unexpected = program.theirs->remaining(true);
  if (!unexpected.empty()) fail_unexpected(command, unexpected.front());
  if (command.requires_command()) {
    fail(ErrorKind::usage, "a command is required: {} ({} --help)",
         fmt::join(command_names(command), ", "), command.full_name());
  }
  fail(ErrorKind::usage, "{} ({} --help)", printable(error.what(), 400), command.full_name());
}

/// True when the option's value is an argument of its own.
bool stands_apart(const Option& option, const std::vector<std::string>& arguments) {
  return std::none_of(arguments.begin(), arguments.end(), [&](const std::string& argument) {
    return argument.starts_with(option.name() + "=");
  });
}

void refuse_paths_before_inputs(const Command& command, const std::vector<std::string>& arguments) {
  for (const CLI::Option* theirs : command.theirs->parse_order()) {
    if (theirs->get_positional()) return;
    const auto link = std::find_if(command.options.begin(), command.options.end(),
                                   [&](const Link& one) { return one.theirs == theirs; });
    if (link == command.options.end() || !link->ours->is_optional_value()) continue;
    const std::string& path = theirs->results().back();
    if (path.empty() || !stands_apart(*link->ours, arguments)) continue;
    fail(ErrorKind::usage, "{0} {1}: name the inputs first, or write {0}={1}", link->ours->name(),
         printable(path, 1000));
  }
}

/// Of other options the last counts, but a second name of the result is a slip.
void refuse_several_results(const Parser& command) {
  const Option* output = command.find_option("--output");
  if (output == nullptr || output->count() < 2) return;
  fail(ErrorKind::usage, "-o is given {} times; expected one name ({} --help)", output->count(),
       command.full_name());
}

}  // namespace

std::optional<std::string> parse(Parser& program, std::vector<std::string> arguments,
                                 size_t columns) {
  arguments = protect(program, arguments);
  CLI::App app("", program.name());
  const Command root = build(program, app);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);  // CLI11 takes them from the back
  } catch (const CLI::CallForHelp&) {
    return help_text(*innermost(root).ours, columns);
  } catch (const CLI::CallForVersion& asked) {
    return std::string(asked.what()) + "\n";
  } catch (const CLI::ParseError& error) {
    fail_parsing(root, error);
  }
  take_over(root);
  const Command& chosen = innermost(root);
  refuse_several_results(*chosen.ours);
  refuse_paths_before_inputs(chosen, arguments);
  chosen.ours->run_callback();
  return std::nullopt;
}

}  // namespace dpt::args
