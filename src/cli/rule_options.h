// How pictures enter the network: options of every command that runs one.
#pragma once

#include <optional>
#include <string>

#include "cli/parse.h"
#include "image/resample/network_size.h"
#include "task/input_rule.h"

namespace dpt::cli {

struct RuleOptions {
  std::string convention;
  std::string input_size;
  std::optional<bool> keep_aspect;
};

/// --convention, --input-size, --keep-aspect and --no-keep-aspect.
void add_rule_options(Parser& command, RuleOptions& options);

/// The model's own rule with what the options change of it. Throws Error(usage) for a size that the
/// network cannot have; else as task::input_rule.
task::InputRule rule_for(const runtime::Engine& engine, const RuleOptions& options);

/// "HxW". Throws Error(usage), its text beginning with `option`.
image::Size parse_size(std::string_view option, const std::string& text);

}  // namespace dpt::cli
