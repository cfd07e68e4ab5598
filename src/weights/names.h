// Tensor names: official checkpoints (isl-org/DPT, timm) <-> Hugging Face (DPTForDepthEstimation,
// DPTForSemanticSegmentation) for DPT-Large, DPT-Base and DPT-Hybrid. Specification, section 2.3.
#pragma once

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
  vit_only,      ///< as `same`, where the patch embedding reads the picture (Large, Base)
  hybrid_only,   ///< as `same`, where it reads the ResNet's features (Hybrid)
  dropped,       ///< official files only; Hugging Face has no such tensor
};

/// One row of the table. In a pattern, {s}, {b}, {i}, {K}, {U}, {C} stand for a decimal number,
/// {K-1} and {4-K} for the number that follows from the official side's K, {part} for query, key or
/// value, and a trailing * for the rest of the name.
struct NameRule {
  std::string_view official;
  std::string_view hugging_face;
  NameKind kind = NameKind::same;
};

/// The whole table, in the order of the specification.
std::span<const NameRule> name_rules();

/// Names of the Hugging Face tensors that hold the official tensor `name`: one, or three for qkv
/// (query, key, value: to be joined along dimension 0 in this order), or none when the table has no
/// such name or drops it.
std::vector<std::string> to_hugging_face(std::string_view name, bool hybrid);

/// Where a Hugging Face tensor goes: it is part `part` of `parts` (1 or 3) of an official tensor.
struct OfficialName {
  std::string name;
  int part = 0;
  int parts = 1;

  bool operator==(const OfficialName&) const = default;
};

/// True when the table has it as a name of official files.
bool is_official(std::string_view name);

/// Nothing when the table has no such name.
std::optional<OfficialName> to_official(std::string_view hugging_face);

}  // namespace dpt::weights
