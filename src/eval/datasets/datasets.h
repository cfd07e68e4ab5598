// The readers behind dataset.h, one per layout, and what they share.
#pragma once

#include "eval/datasets/dataset.h"

namespace dpt::eval {

Dataset open_nyu(const std::filesystem::path& path, const DatasetOptions& options);
Dataset open_kitti(const std::filesystem::path& path, const DatasetOptions& options);
Dataset open_middlebury(const std::filesystem::path& path, const DatasetOptions& options);
Dataset open_tum(const std::filesystem::path& path, const DatasetOptions& options);
Dataset open_pairs(const std::filesystem::path& path, const DatasetOptions& options);
Dataset open_diw(const std::filesystem::path& path, const DatasetOptions& options);
Dataset open_list(const std::filesystem::path& path, const DatasetOptions& options);
Dataset open_ade20k(const std::filesystem::path& path, const DatasetOptions& options);
Dataset open_pascal_context(const std::filesystem::path& path, const DatasetOptions& options);

/// The files below a folder, at any depth, that `wanted` takes by their name; sorted. Links to
/// folders are not followed. Throws Error(input) where the folder cannot be read.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder,
                                               bool (*wanted)(const std::string& name));

/// Throws Error(input), saying what is expected there, unless the path is a folder.
void expect_folder(const std::filesystem::path& path, std::string_view expected);
/// The same for a file.
void expect_file(const std::filesystem::path& path, std::string_view expected);
/// The same for a list, which may be a pipe as well, or "-" for standard input. Gives the folder in
/// which its names begin: the list's own, or the present one where it has none.
std::filesystem::path expect_list(const std::filesystem::path& path, std::string_view expected);

/// A path seen from a folder, without its extension.
std::string name_below(const std::filesystem::path& path, const std::filesystem::path& folder);

}  // namespace dpt::eval
