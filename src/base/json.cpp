#include "base/json.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

namespace dpt {

namespace {

using Library = nlohmann::ordered_json;

/// Of members of one name the last one's value, at the place of the first.
void drop_repeated(Json::Object& members) {
  std::unordered_map<std::string, size_t> places;
  size_t kept = 0;
  for (Json::Member& member : members) {
    const auto [known, is_new] = places.emplace(member.first, kept);
    if (is_new) {
      if (&members[kept] != &member) members[kept] = std::move(member);
      ++kept;
    } else {
      members[known->second].second = std::move(member.second);
    }
  }
  members.resize(kept);
}

}  // namespace

struct JsonText {
  static Json from(Json::List items) { return wrap(std::move(items)); }
  static Json from(Json::Object members) { return wrap(std::move(members)); }

  static Library to_library(const Json& json) {
    return std::visit([](const auto& value) { return library_of(value); }, json.value_);
  }

 private:
  template <typename T>
  static Json wrap(T value) {
    Json json;
    json.value_ = std::move(value);
    return json;
  }

  template <typename T>
  static Library library_of(const T& value) {
    return value;
  }
  static Library library_of(const Json::List& items) {
    Library result = Library::array();
    for (const Json& item : items) result.push_back(to_library(item));
    return result;
  }
  static Library library_of(const Json::Object& members) {
    Library result = Library::object();
    for (const Json::Member& member : members) result[member.first] = to_library(member.second);
    return result;
  }
};

namespace {

/// Builds values from the parser's events, without its recursion.
class Builder : public nlohmann::json_sax<Library> {
 public:
  explicit Builder(int most_nesting) : most_nesting_(most_nesting) {}

  Json result() && { return std::move(root_); }
  const std::string& problem() const { return problem_; }

  bool null() override { return add(Json()); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return open(true); }
  bool start_array(std::size_t /*size*/) override { return open(false); }
  bool key(string_t& value) override {
    open_.back().key = std::move(value);
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    problem_ = "it is no JSON";
    return false;
  }

 private:
  /// A list or an object whose end has not come.
  struct Open {
    bool is_object;
    Json::List items;
    Json::Object members;
    std::string key;
  };

  bool add(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().is_object) {
      open_.back().members.push_back({std::move(open_.back().key), std::move(value)});
    } else {
      open_.back().items.push_back(std::move(value));
    }
    return true;
  }

  bool open(bool is_object) {
    if (static_cast<int>(open_.size()) == most_nesting_) {
      problem_ = fmt::format("lists and objects in one another deeper than {}", most_nesting_);
      return false;
    }
    open_.push_back({is_object, {}, {}, {}});
    return true;
  }

  bool close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    if (!done.is_object) return add(JsonText::from(std::move(done.items)));
    drop_repeated(done.members);
    return add(JsonText::from(std::move(done.members)));
  }

  int most_nesting_;
  Json root_;
  std::vector<Open> open_;
  std::string problem_;
};

}  // namespace

Json::Json(std::string text) : value_(std::move(text)) {}
Json::Json(std::string_view text) : value_(std::string(text)) {}
Json::Json(const char* text) : value_(std::string(text)) {}
Json::Json(const Json& other) = default;
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(const Json& other) = default;
Json& Json::operator=(Json&& other) noexcept = default;
Json::~Json() = default;

Json::Json(std::initializer_list<Json> items) {
  const bool are_members = std::all_of(items.begin(), items.end(), [](const Json& item) {
    return item.is_list() && item.size() == 2 && item.items().front().is_text();
  });
  if (!are_members) {
    value_ = List(items);
    return;
  }
  Object members;
  for (const Json& item : items) members.push_back({item.items()[0].text(), item.items()[1]});
  value_ = std::move(members);
}

Json Json::object(Object members) { return JsonText::from(std::move(members)); }

Json Json::list() { return JsonText::from(List()); }

bool Json::is_integer() const {
  return std::holds_alternative<int64_t>(value_) || std::holds_alternative<uint64_t>(value_);
}

std::string_view Json::kind() const {
  if (is_null()) return "null";
  if (is_bool()) return "a truth value";
  if (is_number()) return "a number";
  if (is_text()) return "a text";
  return is_list() ? "a list" : "an object";
}

void Json::fail_as(std::string_view expected) const {
  throw Exception(fmt::format("{}, expected {}", kind(), expected));
}

bool Json::boolean() const {
  if (const auto* value = std::get_if<bool>(&value_)) return *value;
  fail_as("true or false");
}

double Json::real() const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto* value = std::get_if<int64_t>(&value_)) return static_cast<double>(*value);
  if (const auto* value = std::get_if<uint64_t>(&value_)) return static_cast<double>(*value);
  fail_as("a number");
}

const std::string& Json::text() const {
  if (const auto* value = std::get_if<std::string>(&value_)) return *value;
  fail_as("a text");
}

const Json::List& Json::items() const {
  if (const auto* value = std::get_if<List>(&value_)) return *value;
  fail_as("a list");
}

const Json::Object& Json::members() const {
  if (const auto* value = std::get_if<Object>(&value_)) return *value;
  fail_as("an object");
}

size_t Json::size() const {
  if (is_list()) return items().size();
  return is_object() ? members().size() : 0;
}

const Json* Json::find(std::string_view key) const {
  if (!is_object()) return nullptr;
  for (const Member& member : members()) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

const Json& Json::at(std::string_view key) const {
  const Json* found = find(key);
  if (found == nullptr) throw Exception(fmt::format("{} without \"{}\"", kind(), key));
  return *found;
}

Json& Json::operator[](std::string_view key) {
  if (is_null()) value_ = Object();
  auto* members = std::get_if<Object>(&value_);
  if (members == nullptr) fail_as("an object");
  for (Member& member : *members) {
    if (member.first == key) return member.second;
  }
  return members->emplace_back(Member{std::string(key), Json()}).second;
}

void Json::push_back(Json item) {
  if (is_null()) value_ = List();
  auto* items = std::get_if<List>(&value_);
  if (items == nullptr) fail_as("a list");
  items->push_back(std::move(item));
}

bool Json::operator==(const Json& other) const {
  if (value_.index() != other.value_.index() && is_number() && other.is_number()) {
    return real() == other.real();
  }
  return value_ == other.value_;
}

Json Json::parse(std::string_view text, int most_nesting) {
  Builder builder(most_nesting);
  if (!Library::sax_parse(text, &builder)) throw Exception(builder.problem());
  return std::move(builder).result();
}

std::string Json::dump(bool indented) const {
  return JsonText::to_library(*this).dump(indented ? 2 : -1, ' ', false,
                                          Library::error_handler_t::replace);
}

}  // namespace dpt
