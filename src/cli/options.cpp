#include "cli/options.h"

#include <fmt/core.h>

#include <charconv>

#include "base/error.h"
#include "base/machine/processors.h"
#include "base/settings.h"
#include "cli/completions.h"
#include "cli/find_model.h"
#include "cli/replacing.h"
#include "runtime/instruction_set.h"
#include "task/input_rule.h"

namespace dpt::cli {

namespace {

constexpr int most_threads = 1024;

void check_device(const ModelOptions& options) {
  if (options.device != "cpu") {
    fail(ErrorKind::resource, "no such device: {}; this version runs on: cpu",
         printable(options.device));
  }
}

backend::Precision precision_of(const ModelOptions& options) {
  if (options.precision == "auto" || options.precision == "fp32") return backend::Precision::fp32;
  if (options.precision == "bf16") return backend::Precision::bf16;
  if (options.precision == "int8") return backend::Precision::int8;
  fail(ErrorKind::usage, "--precision {}: expected fp32, bf16, int8 or auto",
       printable(options.precision));
}

runtime::EngineOptions engine_options(const ModelOptions& options) {
  runtime::EngineOptions result;
  result.precision = precision_of(options);
  if (!options.model_type.empty()) result.model_type = options.model_type;
  if (options.standardization == "variance") {
    result.standardization = graph::WeightStandardization::root_of_variance;
  } else if (options.standardization == "deviation") {
    result.standardization = graph::WeightStandardization::deviation;
  }
  return result;
}

}  // namespace

void add_precision(Parser& command, std::string& precision) {
  const GroupScope scope(command, group::performance);
  command.add_option("--precision", precision, "fp32, bf16, int8 or auto (fp32)")
      ->type_name("PRECISION")
      ->completes([] {
        return std::vector<args::Candidate>{{"fp32"}, {"bf16"}, {"int8"}, {"auto"}};
      });
}

void add_model_options(Parser& command, ModelOptions& options) {
  const GroupScope scope(command, group::model);
  completes_model(
      command
          .add_option("-m,--model", options.model,
                      "weight file (.pt, .safetensors), Hugging Face folder, or a name that "
                      "\"dpt models\" lists; default: the starter model")
          ->check(refuse_empty)
          ->type_name("MODEL"));
  command
      .add_option(
          "--model-type", options.model_type,
          "what the weights cannot tell: dpt_hybrid_kitti, dpt_hybrid_nyu, ...; default: by "
          "the file's name")
      ->type_name("TYPE");
  command
      .add_option(
          "--weight-standardization", options.standardization,
          "of DPT-Hybrid's ResNet: variance (timm from 0.4.12 on) or deviation (timm 0.4.5)")
      ->check(one_of({"variance", "deviation"}))
      ->type_name("FORM");
  command.add_option("--device", options.device, "cpu")
      ->type_name("DEVICE")
      ->group(group::performance);
  add_precision(command, options.precision);
}

void add_input_options(Parser& command, InputOptions& options) {
  const GroupScope scope(command, group::input);
  Option* pictures =
      command.add_option("INPUT", options.sources.arguments,
                         "pictures, folders of pictures, or patterns (*.jpg); - for a picture "
                         "from standard input");
  completes_pictures(pictures);
  Option* list =
      command
          .add_option("--list", options.sources.list,
                      "a file that names inputs, one a line or ended by zero bytes; - for standard "
                      "input")
          ->check(refuse_empty)
          ->type_name("FILE");
  pictures->required_unless(list);
  command.add_flag("-r,--recursive", options.sources.recursive,
                   "folders inside folders as well; a folder of outputs gets the same ones");
  add_rule_options(command, options.rule);
  command
      .add_flag("--no-exif-orientation", options.no_exif_orientation,
                "take pictures as they are stored, without turning them")
      ->group(group::preparation);
}

void add_output_options(Parser& command, const PrimaryResult& result, std::string& output,
                        std::string& format) {
  const GroupScope scope(command, group::output);
  command
      .add_option(
          "-o,--output", output,
          fmt::format("file ({}), folder (existing, ending in a slash or without an "
                      "extension) or - for standard output; default: STEM.{}.png beside the "
                      "picture",
                      result.extensions, result.suffix))
      ->check(refuse_empty)
      ->type_name("PATH");
  command
      .add_option("--format", format,
                  "for a folder, standard output and the default name; default: png")
      ->check(one_of(result.formats))
      ->type_name("FORMAT");
}

void add_quiet(Parser& command, bool& quiet) {
  const GroupScope scope(command, group::output);
  command.add_flag("-q,--quiet", quiet, "errors only: no notes, no progress");
}

void add_threads(Parser& command, std::optional<int>& threads) {
  const GroupScope scope(command, group::performance);
  command
      .add_option("-t,--threads", threads, "1 to 1024; default: DPT_THREADS, or one for each core")
      ->check(range(1, most_threads))
      ->type_name("N");
}

void add_share_options(Parser& command, int& jobs, std::string& shard) {
  const GroupScope scope(command, group::pictures);
  command
      .add_option("-j,--jobs", jobs,
                  "pictures at a time, which share the threads; default: 2 of several")
      ->check(range(1, most_threads))
      ->type_name("N");
  command
      .add_option("--shard", shard,
                  "only the i-th of n equal shares, i/n; auto: as Slurm, MPI or Kubernetes say")
      ->check(refuse_empty)
      ->type_name("i/n");
}

void add_batch_options(Parser& command, BatchOptions& options) {
  const GroupScope scope(command, group::pictures);
  add_share_options(command, options.jobs, options.shard);
  command.add_flag("--resume", options.resume,
                   "go on with a run that ended: leave out pictures whose results are all there "
                   "and not older than the picture");
  command.add_flag("--skip-existing", options.skip_existing,
                   "leave out pictures whose results are all there, whatever their age");
  add_overwrite_option(command, options.overwrite);
  command
      .add_option(
          "--manifest", options.manifest,
          "append a JSON line for each picture: input, outputs, sha256, time, seconds, model and "
          "options, error; --resume does again what others made")
      ->check(refuse_empty)
      ->type_name("FILE");
}

int parse_thread_count(std::string_view name, const std::string& text) {
  int threads = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || threads < 1 || threads > most_threads) {
    fail(ErrorKind::usage, "{} is {}, expected 1 to {}", name, printable(text), most_threads);
  }
  return threads;
}

int thread_count(const std::optional<int>& threads) {
  if (threads) return *threads;
  if (settings().threads) return parse_thread_count("DPT_THREADS", *settings().threads);
  return usable_cores();
}

std::filesystem::path model_path(const ModelOptions& options, model::Task task) {
  if (!options.model.empty()) return find_model(options.model);
  return find_model(task == model::Task::depth ? "starter-depth" : "starter-segmentation");
}

OpenModel open_model(const ModelOptions& options, model::Task task) {
  check_device(options);
  const std::filesystem::path path = model_path(options, task);
  const runtime::EngineOptions wanted = engine_options(options);
  OpenModel model;
  model.engine = runtime::Engine::load(path, wanted);
  model.name = model.engine->weights().file_name();
  model.notes = model.engine->weights().notes();
  for (std::string& note : task::configuration_notes(*model.engine)) {
    model.notes.push_back(std::move(note));
  }
  if (options.model.empty()) {
    model.notes.push_back(fmt::format(
        "using {}, a small demonstration model; -m names a better one (dpt models)", model.name));
  }
  const backend::Precision used = model.engine->precision();
  if (used != wanted.precision) {
    model.notes.push_back(fmt::format(
        "this processor has no unit for {} products ({}); computing in {}",
        backend::name_of(wanted.precision), runtime::instruction_set(), backend::name_of(used)));
  }
  return model;
}

}  // namespace dpt::cli
