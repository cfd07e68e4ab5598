// The options that name results, and --format: from words to batch::OutputKind.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batch/outputs.h"

namespace dpt::cli {

using batch::OutputKind;

/// As batch::choose_format(), of the option that names the result and the one that names formats.
std::string choose_format(std::string_view option, const std::string& path,
                          const std::string& format, std::span<const std::string_view> known,
                          std::string_view format_option = "--format");

/// Throws Error(usage) where `path` (-o) names a format of pictures to look at, which `view_option`
/// would write, and none of `known`, which hold a result's values.
void refuse_view_as_result(const std::string& path, std::string_view view_option,
                           std::span<const std::string_view> known);

/// Adds an extra where it is wanted and gives its place in Job::outputs, else 0. `view_format`:
/// --view-format, for pictures to look at. Throws as choose_format().
size_t add_kind(std::vector<OutputKind>& kinds, bool wanted, const char* option, const char* suffix,
                const std::string& path, std::span<const std::string_view> known,
                const std::string& view_format = {});

}  // namespace dpt::cli
