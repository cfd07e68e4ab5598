// What dpt depth and dpt segment share: options, and the way from the inputs to the workers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "batch/selection.h"
#include "cli/batch.h"
#include "cli/options.h"
#include "cli/output_kinds.h"
#include "cli/parse.h"
#include "image/image.h"
#include "task/input_rule.h"

namespace dpt::cli {

using batch::JobsBefore;

struct PictureOptions {
  InputOptions input;
  ModelOptions model;
  std::string output;
  std::string format;
  bool json = false;
  bool quiet = false;
  std::optional<int> threads;
  BatchOptions batch;
  std::string given;  ///< given_options(), for the manifest
  /// The pictures are frames, each of which needs the result of the one before it: those of a
  /// folder in natural order (2.png before 10.png), one at a time.
  bool in_order = false;
};
/// The options of a command line that can change what is in a result, as they were given.
std::string given_options(const Parser& command);

/// Those that stand last in the help: --json, -t, the batch's, -q.
void add_run_options(Parser& command, PictureOptions& options);

/// A worker that computes with so many threads. `before`: of the selection, with in_order.
using MakeWorker =
    std::function<Worker(const OpenModel& model, int threads, const JobsBefore& before)>;

/// Plans the outputs, opens the model where anything is left to do, and does all pictures. Returns
/// the exit code as run_batch(), throws as plan_outputs(), parse_shard() and open_model().
int run_pictures(const PictureOptions& options, const std::vector<OutputKind>& kinds,
                 model::Task task, const MakeWorker& make_worker);

/// What the JSON record of a picture begins with: names, sizes and the model.
Json record_of_picture(const Job& job, const std::vector<OutputKind>& kinds, image::Size picture,
                       image::Size network, const std::string& model);

}  // namespace dpt::cli
