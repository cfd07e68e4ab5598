#include "args/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "args/wrap.h"

namespace dpt::args {

namespace {

constexpr size_t widest_head = 26;  // of "  -o, --output PATH"

std::string value_of(const Option& option) {
  return option.value_name().empty() ? "" : fmt::format(" {}", option.value_name());
}

constexpr const char* rest = "Options";  // that have no heading of their own

std::string heading_of(const Option& option) {
  return option.heading().empty() ? rest : option.heading();
}

/// "  -o, --output PATH", long names below each other.
std::string head_of(const Option& option) {
  if (option.is_input()) return "  " + usage_of_input(option);
  const bool is_long = option.names().front().starts_with("--");
  return fmt::format("  {}{}{}", is_long ? "    " : "", fmt::join(option.names(), ", "),
                     value_of(option));
}

/// The head, and beside it (below, if it is long) the text.
std::string row(const std::string& head, const std::string& text, size_t indent, size_t columns) {
  std::string lines = wrapped(text, columns, indent);
  if (lines.empty() || head.size() + 2 > indent) return head + '\n' + lines;
  return lines.replace(0, head.size(), head);
}

std::string group_text(const Parser& command, const std::string& heading, size_t columns) {
  std::string text = heading + ":\n";
  const size_t indent = std::min(widest_head + 2, columns / 2);
  for (const Option* option : options_under(command, heading)) {
    text += row(head_of(*option), full_description(*option), indent, columns);
  }
  return text + "\n";
}

std::string commands_text(const Parser& command, size_t columns) {
  if (command.commands().empty()) return {};
  size_t widest = 0;
  for (const auto& inner : command.commands()) widest = std::max(widest, inner->name().size());
  std::string text = "Commands:\n";
  for (const auto& inner : command.commands()) {
    text += row("  " + inner->name(), inner->description(), widest + 4, columns);
  }
  return text + "\n";
}

}  // namespace

std::vector<std::string> headings_of(const Parser& command) {
  std::vector<std::string> headings(command.order_of_groups().begin(),
                                    command.order_of_groups().end());
  headings.emplace_back(rest);
  for (const auto& option : command.options()) {
    const std::string heading = heading_of(*option);
    if (std::find(headings.begin(), headings.end(), heading) == headings.end()) {
      headings.insert(headings.end() - 1, heading);
    }
  }
  std::erase_if(headings, [&](const std::string& heading) {
    return options_under(command, heading).empty();
  });
  return headings;
}

std::vector<const Option*> options_under(const Parser& command, const std::string& heading) {
  std::vector<const Option*> options;
  for (const auto& option : command.options()) {
    if (heading_of(*option) == heading) options.push_back(option.get());
  }
  return options;
}

std::string usage_of_input(const Option& input) {
  std::string text = input.name();
  if (input.most() < 0) text += "...";
  return input.is_required() ? text : fmt::format("[{}]", text);
}

std::string usage_text(const Parser& command) {
  std::string text = command.full_name() + " [OPTIONS]";
  for (const auto& option : command.options()) {
    if (option->is_input() || !option->is_required()) continue;
    text += fmt::format(" {}{}", option->names().front(), value_of(*option));
  }
  for (const auto& option : command.options()) {
    if (option->is_input()) text += fmt::format(" {}", usage_of_input(*option));
  }
  if (!command.commands().empty()) {
    text += command.requires_command() ? " COMMAND" : " [COMMAND]";
  }
  return text;
}

std::string full_description(const Option& option) {
  std::string text = option.description();
  const auto add = [&](const std::string& more) {
    if (text.find(more) == std::string::npos) text += fmt::format(" ({})", more);
  };
  for (const Check& check : option.checks()) {
    if (!check.limits.empty()) add(check.limits);
    const bool named = std::all_of(
        check.choices.begin(), check.choices.end(),
        [&](const std::string& choice) { return text.find(choice) != std::string::npos; });
    if (!named) add(fmt::format("{}", fmt::join(check.choices, ", ")));
  }
  return text;
}

std::string help_text(const Parser& command, size_t columns) {
  std::string text = wrapped(command.description(), columns, 0) + '\n';
  text += wrapped("Usage: " + usage_text(command), columns, 0) + '\n';
  text += commands_text(command, columns);
  for (const std::string& heading : headings_of(command)) {
    text += group_text(command, heading, columns);
  }
  text += wrapped_footer(command.footer(), columns);
  for (const auto& [title, words] : command.sections()) {
    text += '\n';
    text += wrapped(fmt::format("{}: {}", title, words), columns, 0);
  }
  if (text.ends_with("\n\n")) text.pop_back();
  return text;
}

}  // namespace dpt::args
