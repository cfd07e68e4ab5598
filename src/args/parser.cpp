#include "args/parser.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace dpt::args {

namespace {

/// "-m,--model": its names, the short ones first.
std::vector<std::string> split_names(const std::string& names) {
  std::vector<std::string> parts;
  size_t begin = 0;
  while (begin <= names.size()) {
    const size_t end = std::min(names.find(',', begin), names.size());
    parts.push_back(names.substr(begin, end - begin));
    begin = end + 1;
  }
  std::stable_partition(parts.begin(), parts.end(),
                        [](const std::string& name) { return !name.starts_with("--"); });
  return parts;
}

}  // namespace

Option::Option(Role role, const std::string& names, std::string description, Setter set)
    : role_(role), description_(std::move(description)), set_(std::move(set)) {
  if (!names.starts_with('-')) {
    name_ = names;
    return;
  }
  names_ = split_names(names);
  name_ = *std::find_if(names_.begin(), names_.end(), [this](const std::string& name) {
    return name.starts_with("--") || name == names_.back();
  });
}

Option* Option::check(Check check) {
  checks_.push_back(std::move(check));
  return this;
}

Option* Option::type_name(std::string name) {
  if (name == "FILE" || name == "PATH" || name == "[PATH]") files_ = Files::any;
  if (name == "DIR" || name == "FOLDER") files_ = Files::folders;
  type_name_ = std::move(name);
  return this;
}

Option* Option::group(std::string_view heading) {
  heading_ = heading;
  return this;
}

Option* Option::required() {
  required_ = true;
  return this;
}

Option* Option::required_unless(Option* other) {
  unless_ = other;
  return required();
}

Option* Option::expected(int least, int most) {
  least_ = least;
  most_ = most;
  return this;
}

Option* Option::excludes(const Option* other) {
  excluded_.push_back(other);
  return this;
}

Option* Option::each(std::function<void(const std::string&)> seen) {
  seen_.push_back(std::move(seen));
  return this;
}

Option* Option::completes_files(std::vector<std::string> extensions) {
  files_ = Files::any;
  extensions_ = std::move(extensions);
  return this;
}

Option* Option::completes_folders() {
  files_ = Files::folders;
  return this;
}

Option* Option::completes(std::function<std::vector<Candidate>()> words) {
  words_ = std::move(words);
  return this;
}

std::vector<Candidate> Option::suggestions() const {
  return words_ ? words_() : std::vector<Candidate>();
}

std::vector<std::string> Option::choices() const {
  for (const Check& check : checks_) {
    if (!check.choices.empty()) return check.choices;
  }
  return {};
}

bool Option::set(const std::vector<std::string>& values) const {
  if (!set_(values)) return false;
  for (const auto& seen : seen_) {
    for (const std::string& value : values) seen(value);
  }
  return true;
}

void Option::remember(size_t count, std::vector<std::string> values) {
  count_ = count;
  values_ = std::move(values);
}

Parser::Parser(std::string description, std::string name, const Parser* parent)
    : description_(std::move(description)), name_(std::move(name)), parent_(parent) {
  add(Option::Role::help, "-h,--help", "print this and exit", {});
}

Parser* Parser::add_subcommand(const std::string& name, const std::string& description) {
  commands_.push_back(std::make_unique<Parser>(description, name, this));
  return commands_.back().get();
}

Option* Parser::add(Option::Role role, const std::string& names, const std::string& description,
                    Option::Setter set) {
  options_.push_back(std::make_unique<Option>(role, names, description, std::move(set)));
  return options_.back()->group(heading_);
}

Option* Parser::add_option_function(const std::string& names, Option::Setter set,
                                    const std::string& description) {
  return add(Option::Role::value, names, description, std::move(set));
}

Option* Parser::add_flag(const std::string& names, bool& value, const std::string& description) {
  return add_flag_callback(
      names, [&value] { value = true; }, description);
}

Option* Parser::add_flag_callback(const std::string& names, std::function<void()> set,
                                  const std::string& description) {
  return add(Option::Role::flag, names, description, [set = std::move(set)](const auto&) {
    set();
    return true;
  });
}

void Parser::set_version_flag(const std::string& names, std::function<std::string()> text,
                              const std::string& description) {
  version_ = std::move(text);
  add(Option::Role::version, names, description, {});
}

std::string Parser::full_name() const {
  return parent_ == nullptr ? name_ : parent_->full_name() + " " + name_;
}

std::span<const std::string_view> Parser::order_of_groups() const {
  return order_.empty() && parent_ != nullptr ? parent_->order_of_groups() : order_;
}

const Parser* Parser::find_command(std::string_view name) const {
  for (const auto& command : commands_) {
    if (command->name() == name) return command.get();
  }
  return nullptr;
}

const Option* Parser::find_option(std::string_view name) const {
  for (const auto& option : options_) {
    const auto& names = option->names();
    const bool is_it = option->is_input()
                           ? option->name() == name
                           : std::find(names.begin(), names.end(), name) != names.end();
    if (is_it) return option.get();
  }
  return nullptr;
}

size_t Parser::count(std::string_view name) const {
  const Option* option = find_option(name);
  if (option == nullptr) throw std::logic_error("no option " + std::string(name));
  return option->count();
}

void Parser::run_callback() const {
  if (chosen_) chosen_();
}

GroupScope::GroupScope(Parser& parser, std::string_view heading)
    : parser_(parser), before_(std::exchange(parser.heading_, std::string(heading))) {}

GroupScope::~GroupScope() { parser_.heading_ = std::move(before_); }

Option* add_extra(Parser& command, const std::string& option, Extra& extra,
                  const std::string& description) {
  const auto set = [&extra](const std::vector<std::string>& given) {
    extra.wanted = true;
    extra.path = given.empty() ? std::string() : given.back();
    return true;
  };
  return command.add_option_function(option, set, description)->expected(0, 1)->type_name("[PATH]");
}

}  // namespace dpt::args
