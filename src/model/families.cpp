#include "model/families.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.h"
#include "model/dpt/family.h"

namespace dpt::model {

namespace {

constexpr std::array<const Family*, 1> table = {&dpt_family};

const Family& family_of(const weights::WeightSet& weights, Families all) {
  const auto has_its_names = [&](const Family* family) {
    return family->names == &weights.names();
  };
  const auto recognises = [&](const Family* family) { return family->recognises(weights); };
  // The family of most names first: others may have some of them, too.
  const auto nearest = std::find_if(all.begin(), all.end(), has_its_names);
  if (nearest != all.end() && recognises(*nearest)) return **nearest;
  const auto found = std::find_if(all.begin(), all.end(), recognises);
  if (found != all.end()) return **found;
  return nearest != all.end() ? **nearest : *all.front();  // it says what is missing
}

void set_named_type(std::string_view name, const std::string& path, Families all,
                    Network& network) {
  const ModelType& type = model_type(name, all);
  if (!network.can_be(type)) {
    fail(ErrorKind::usage, "{}: holds a {}, which model type '{}' is not", path, network.variant(),
         type.name);
  }
  if (type.metric && network.config().task != Task::depth) {
    fail(ErrorKind::usage, "{}: is a segmentation model; model type '{}' is metric depth", path,
         type.name);
  }
  network.set_type(type);
}

}  // namespace

Families families() { return table; }

const Family* find_family(std::string_view name, Families all) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Family* family) { return family->name == name; });
  return found == all.end() ? nullptr : *found;
}

const ModelType& model_type(std::string_view name, Families all) {
  std::string known;
  for (const Family* family : all) {
    for (const ModelType& type : family->types) {
      if (type.name == name) return type;
      known += fmt::format("{}{}", known.empty() ? "" : ", ", type.name);
    }
  }
  fail(ErrorKind::usage, "no model type '{}'; known are {}", printable(name), known);
}

weights::WeightSet open_weights(const std::filesystem::path& file_or_folder, Families all) {
  std::vector<const weights::NameTable*> names;
  names.reserve(all.size());
  for (const Family* family : all) names.push_back(family->names);
  return weights::WeightSet::open(file_or_folder, names);
}

std::shared_ptr<const Network> recognize(const weights::WeightSet& weights,
                                         const NetworkOptions& options, Families all) {
  const Family& family = family_of(weights, all);
  std::unique_ptr<Network> network = family.read(weights, options);
  const ModelType* implied = model_type_of_file(weights.file_name(), family.types);
  if (implied != nullptr && network->config().task == Task::depth) network->set_type(*implied);
  if (options.model_type) {
    set_named_type(*options.model_type, weights.path_text(), all, *network);
  }
  return network;
}

}  // namespace dpt::model
