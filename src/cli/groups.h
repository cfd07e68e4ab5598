// The headings under which help shows options, in this order; an option gets one where it is added:
// const GroupScope scope(command, group::output);
#pragma once

#include <array>
#include <string_view>

namespace dpt::cli::group {

inline constexpr std::string_view input = "Input";
inline constexpr std::string_view output = "Output";
inline constexpr std::string_view model = "Model";
inline constexpr std::string_view views = "Views";
inline constexpr std::string_view masks = "Masks and cut-outs";
inline constexpr std::string_view space = "Point clouds and meshes";
inline constexpr std::string_view detail = "Detail";
inline constexpr std::string_view coding = "Coding of the video";
inline constexpr std::string_view protocol = "Protocol";
inline constexpr std::string_view files = "Values in files";
inline constexpr std::string_view preparation = "Preparation of pictures";
inline constexpr std::string_view pictures = "Many pictures";
inline constexpr std::string_view performance = "Performance";

inline constexpr std::array<std::string_view, 13> in_order = {
    input,  output,   model, views,       masks,    space,      detail,
    coding, protocol, files, preparation, pictures, performance};

}  // namespace dpt::cli::group
