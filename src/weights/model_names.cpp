#include "weights/model_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "base/error.h"

namespace dpt::weights {

namespace {

constexpr std::string_view parallel_prefix = "module.";
/// Names are compared with the table behind at most so many dots; longer names are nobody's.
constexpr int deepest_prefix = 8;
constexpr size_t longest_name = 1000;

bool is_wrapper(std::string_view part) {
  constexpr std::array<std::string_view, 4> wrappers = {
      "module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"};
  return std::find(wrappers.begin(), wrappers.end(), part) != wrappers.end();
}

/// The name without the parts that wrappers put into it.
std::string unwrapped(std::string_view name) {
  std::string out;
  for (size_t at = 0; at <= name.size();) {
    const size_t end = std::min(name.find('.', at), name.size());
    const std::string_view part = name.substr(at, end - at);
    if (!is_wrapper(part)) {
      if (!out.empty()) out += '.';
      out += part;
    }
    at = end + 1;
  }
  return out;
}

struct Known {
  size_t prefix = 0;  ///< its length
  bool of_backbone = false;
};

/// What the table says of the shortest rest of the name that it has.
std::optional<Known> look_up(const NameTable& table, std::string_view name) {
  size_t at = 0;
  for (int depth = 0; depth <= deepest_prefix; ++depth) {
    const std::string_view rest = name.substr(at);
    if (table.is_official(rest)) return Known{at, rest.starts_with(table.backbone)};
    if (const auto theirs = table.to_official(rest)) {
      return Known{at, theirs->name.starts_with(table.backbone)};
    }
    const size_t dot = name.find('.', at);
    if (dot == std::string_view::npos) break;
    at = dot + 1;
  }
  return std::nullopt;
}

struct Found {
  size_t backbone = 0, decoder = 0;
  std::string_view example;
};

/// `"module.model." before names`, from a name as it stands and as it is the model's.
std::string taken_off_from(std::string_view name, std::string_view own) {
  if (name == own) return {};
  if (name.ends_with(own)) {
    return fmt::format("\"{}\" before names", printable(name.substr(0, name.size() - own.size())));
  }
  return fmt::format("parts of names, as in {}", printable(name));
}

bool says_average(std::string_view label) {
  constexpr std::array<std::string_view, 5> words = {"ema", "average", "averaged", "avg", "swa"};
  std::string word;
  for (size_t i = 0; i <= label.size(); ++i) {
    const auto c = static_cast<unsigned char>(i < label.size() ? label[i] : ' ');
    if (std::isalnum(c) != 0) {
      word += static_cast<char>(std::tolower(c));
      continue;
    }
    if (std::find(words.begin(), words.end(), word) != words.end()) return true;
    word.clear();
  }
  return false;
}

/// What a table knows of a model; a whole one is more than any part.
auto knowledge_of(const NamedModel& model) { return std::pair(model.whole, model.known); }

std::vector<NamedModel> find_models_of(const NameTable& table,
                                       std::span<const std::string_view> names) {
  std::map<std::string, Found> found;
  for (const std::string_view name : names) {
    if (name.size() > longest_name) continue;
    const std::string plain = unwrapped(name);
    const auto known = look_up(table, plain);
    if (!known) continue;
    Found& model = found[plain.substr(0, known->prefix)];
    ++(known->of_backbone ? model.backbone : model.decoder);
    if (model.example.empty()) model.example = name;
  }
  std::vector<NamedModel> models;
  for (const auto& [prefix, model] : found) {
    models.push_back({prefix, model.backbone + model.decoder,
                      model.backbone > 0 && model.decoder > 0, std::string(model.example), &table});
  }
  std::stable_sort(models.begin(), models.end(), [](const NamedModel& a, const NamedModel& b) {
    return knowledge_of(b) < knowledge_of(a);
  });
  return models;
}

}  // namespace

std::vector<NamedModel> find_models(std::span<const std::string_view> names, NameTables tables) {
  std::vector<NamedModel> best;
  for (const NameTable* table : tables) {
    std::vector<NamedModel> models = find_models_of(*table, names);
    if (models.empty()) continue;
    if (best.empty() || knowledge_of(best[0]) < knowledge_of(models[0])) best = std::move(models);
  }
  return best;
}

std::optional<size_t> preferred_model(std::span<const std::string> labels) {
  if (labels.size() == 1) return 0;
  if (labels.size() != 2 || says_average(labels[0]) == says_average(labels[1])) return std::nullopt;
  return says_average(labels[0]) ? 0 : 1;
}

OwnNames OwnNames::of_unknown(std::span<const std::string_view> names) {
  OwnNames own;
  const bool prefixed =
      !names.empty() && std::all_of(names.begin(), names.end(), [](std::string_view name) {
        return name.starts_with(parallel_prefix);
      });
  if (!prefixed) return own;
  own.prefix_ = parallel_prefix;
  own.taken_off_ = fmt::format("\"{}\" before names", parallel_prefix);
  return own;
}

OwnNames::OwnNames(const std::vector<NamedModel>& models, size_t chosen)
    : known_(true), prefix_(models[chosen].prefix) {
  for (size_t i = 0; i < models.size(); ++i) {
    if (i != chosen && models[i].whole) others_.push_back(models[i].prefix);
  }
  const std::string plain = unwrapped(models[chosen].example);
  taken_off_ =
      taken_off_from(models[chosen].example, std::string_view(plain).substr(prefix_.size()));
}

std::optional<std::string> OwnNames::own(std::string_view name) const {
  const std::string plain = known_ ? unwrapped(name) : std::string(name);
  const bool is_own = plain.starts_with(prefix_);
  for (const std::string& other : others_) {
    const bool is_nearer = !is_own || other.size() > prefix_.size();
    if (is_nearer && plain.starts_with(other)) return std::nullopt;
  }
  return is_own ? plain.substr(prefix_.size()) : std::string(name);
}

}  // namespace dpt::weights
