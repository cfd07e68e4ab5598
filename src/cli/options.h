// Options that several sub-commands have.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batch/inputs.h"
#include "cli/parse.h"
#include "cli/rule_options.h"
#include "model/config.h"
#include "runtime/engine.h"

namespace dpt::cli {

struct ModelOptions {
  std::string model;  ///< file, folder or name; empty: the starter model
  std::string model_type;
  std::string standardization;
  std::string device = "cpu";
  std::string precision = "auto";
};
/// --precision alone.
void add_precision(Parser& command, std::string& precision);
void add_model_options(Parser& command, ModelOptions& options);

struct InputOptions {
  batch::InputSources sources;
  RuleOptions rule;
  bool no_exif_orientation = false;
};
void add_input_options(Parser& command, InputOptions& options);

/// How a command goes through many pictures.
struct BatchOptions {
  int jobs = 0;  ///< pictures at a time; 0: as share_threads() chooses
  std::string shard;
  std::string manifest;
  bool skip_existing = false;
  bool resume = false;
  std::string overwrite;
};
void add_batch_options(Parser& command, BatchOptions& options);
/// -j and --shard alone.
void add_share_options(Parser& command, int& jobs, std::string& shard);

/// What a command's primary result may be.
struct PrimaryResult {
  std::string_view extensions;  ///< for the help: ".png, .npy"
  std::string_view suffix;      ///< of the default name: STEM.suffix.png
  std::span<const std::string_view> formats;
};
/// -o and --format.
void add_output_options(Parser& command, const PrimaryResult& result, std::string& output,
                        std::string& format);

void add_quiet(Parser& command, bool& quiet);

/// -t; nothing: DPT_THREADS, or usable_cores().
void add_threads(Parser& command, std::optional<int>& threads);
/// Throws Error(usage) when DPT_THREADS is not 1 to 1024.
int thread_count(const std::optional<int>& threads);
/// Throws Error(usage), its text beginning with `name`, unless `text` is a number from 1 to 1024.
int parse_thread_count(std::string_view name, const std::string& text);

/// A model that has been opened and fits the command.
struct OpenModel {
  std::shared_ptr<runtime::Engine> engine;
  std::string name;                ///< of the file or folder
  std::vector<std::string> notes;  ///< what the user should know about it, a line each
};

/// The file or folder of what --model names, or of the starter model for `task`. Throws as
/// find_model().
std::filesystem::path model_path(const ModelOptions& options, model::Task task);

/// Opens what --model names, or the starter model for `task`. Throws Error(resource) for a device,
/// Error(usage) for a precision that this version has not; else as find_model and Engine::load.
OpenModel open_model(const ModelOptions& options, model::Task task = model::Task::depth);

}  // namespace dpt::cli
