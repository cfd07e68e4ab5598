#include "args/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "args/wrap.h"

namespace dpt::args {

namespace {

constexpr size_t widest_head = 26;  // of "  -o, --output PATH"

/// "INPUT...", "[NAME]"
std::string usage_of_input(const Option& input) {
  std::string text = input.name();
  if (input.most() < 0) text += "...";
  return input.is_required() && input.unless() == nullptr ? text : fmt::format("[{}]", text);
}

std::string value_of(const Option& option) {
  return option.value_name().empty() ? "" : " " + option.value_name();
}

/// "dpt depth [OPTIONS] INPUT..."
std::string usage(const Parser& command) {
  std::string text = command.full_name() + " [OPTIONS]";
  for (const auto& option : command.options()) {
    if (option->is_input() || !option->is_required()) continue;
    text += " " + option->names().front() + value_of(*option);
  }
  for (const auto& option : command.options()) {
    if (option->is_input()) text += " " + usage_of_input(*option);
  }
  if (!command.commands().empty()) {
    text += command.requires_command() ? " COMMAND" : " [COMMAND]";
  }
  return text;
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

std::vector<std::string> headings_of(const Parser& command) {
  std::vector<std::string> headings;
  for (const auto& option : command.options()) {
    if (option->heading().empty() ||
        std::find(headings.begin(), headings.end(), option->heading()) != headings.end()) {
      continue;
    }
    headings.push_back(option->heading());
  }
  headings.emplace_back();  // the rest
  return headings;
}

std::string options_under(const Parser& command, const std::string& heading, size_t columns) {
  std::string text = heading.empty() ? "Options:\n" : heading + ":\n";
  const size_t indent = std::min(widest_head + 2, columns / 2);
  for (const auto& option : command.options()) {
    if (option->heading() != heading) continue;
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
  text += wrapped("Usage: " + usage(command), columns, 0) + '\n';
  text += commands_text(command, columns);
  for (const std::string& heading : headings_of(command)) {
    text += options_under(command, heading, columns);
  }
  if (command.footer().empty()) text.pop_back();
  return text + wrapped_footer(command.footer(), columns);
}

}  // namespace dpt::args
