// Tensor names: official checkpoints <-> Hugging Face, as tables of patterns that the families of
// networks bring (model/family.h).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dpt::weights {

enum class Naming { official, hugging_face };

/// How the two sides of a rule relate.
enum class NameKind {
  same,          ///< one tensor on each side
  split_thirds,  ///< the rows of the official tensor in thirds: query, key, value
  dropped,       ///< official files only; Hugging Face has no such tensor
};

/// One row of a table. In a pattern, {s}, {b}, {i}, {K}, {U}, {C} stand for a decimal number,
/// {K-1} and {4-K} for the number that follows from the official side's K, {part} for query, key or
/// value, and a trailing * for the rest of the name.
struct NameRule {
  std::string_view official;
  std::string_view hugging_face;
  NameKind kind = NameKind::same;
  // Where one official name has two places, by what the model is: an official tensor that must be
  // there for the rule, or must not.
  std::string_view only_with = {};
  std::string_view only_without = {};
};

/// Where a Hugging Face tensor goes: it is part `part` of `parts` (1 or 3) of an official tensor.
struct OfficialName {
  std::string name;
  int part = 0;
  int parts = 1;

  bool operator==(const OfficialName&) const = default;
};

/// The names of one family of networks.
struct NameTable {
  std::string_view backbone;  ///< what the official names of a backbone begin with: "pretrained."
  std::string_view decoder;   ///< and those of all else: "scratch."
  std::span<const NameRule> rules;

  /// Whether a model has an official tensor.
  using Has = std::function<bool(std::string_view)>;

  /// Names of the Hugging Face tensors that hold the official tensor `name` of the model that `has`
  /// others: one, or three for qkv (query, key, value: to be joined along dimension 0 in this
  /// order), or none when the table has no such name or drops it.
  std::vector<std::string> to_hugging_face(std::string_view name, const Has& has) const;

  /// True when the table has it as a name of official files.
  bool is_official(std::string_view name) const;

  /// Nothing when the table has no such name.
  std::optional<OfficialName> to_official(std::string_view hugging_face) const;
};

/// The tables of all families that a file may be of; the first has precedence.
using NameTables = std::span<const NameTable* const>;

/// Of a model of no family.
inline constexpr NameTable no_names{};

}  // namespace dpt::weights
