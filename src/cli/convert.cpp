// dpt convert
#include <fmt/format.h>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/paths.h"
#include "cli/command.h"
#include "cli/completions.h"
#include "cli/console.h"
#include "cli/find_model.h"
#include "cli/options.h"
#include "cli/replacing.h"
#include "image/picture_name.h"
#include "model/families.h"
#include "store/convert_model.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char* examples = R"(Examples:
  dpt convert dpt_hybrid-midas-501f0c75.pt -o hybrid.safetensors            no pickle any more
  dpt convert dpt_hybrid-midas-501f0c75.pt -o hybrid.safetensors --dtype fp16   half the size
  dpt convert dpt_hybrid-midas-501f0c75.pt -o hybrid.safetensors --dtype int8   a quarter of it
  dpt convert Intel/dpt-large/ -o dpt-large-bf16/ --dtype bf16   a Hugging Face folder stays one
  dpt convert dpt_large-midas-2f21e586.pt -o for-transformers/   an official file becomes one

A file gets official tensor names and, as metadata, the source's config.json and
preprocessor_config.json, so that it stays the same model. A folder (an existing one, or a name that
ends in a slash) gets Hugging Face's names and these two: the source's, or made for its tensors.
What a file's name alone says (dpt_hybrid_kitti, dpt_hybrid_nyu) keep in the new name, or give
--model-type when you use it.)";

struct Options {
  std::string model, output, dtype, overwrite;
  bool json = false;
  bool quiet = false;
};

/// The file to be written.
fs::path target_of(const Options& options, bool folder) {
  if (folder) return fs::path(options.output) / "model.safetensors";
  if (image::extension_of(options.output) != "safetensors") {
    fail(ErrorKind::usage, "-o {}: expected a name that ends in .safetensors, or a folder",
         printable(options.output, 1000));
  }
  return options.output;
}

void report(const weights::Converted& done, const std::vector<fs::path>& files, Console& console) {
  if (!console.is_watched()) {
    console.note(
        fmt::format("{}: {} tensors, {} bytes", shown(files[0]), done.tensors, done.bytes));
  }
  console.summary(
      fmt::format("{} ({} tensors, {} bytes)", wrote_text(files), done.tensors, done.bytes));
}

int run_convert(const Options& options) {
  Console console(options.quiet);
  const weights::WeightSet set = model::open_weights(find_model(options.model));
  const bool folder = names_result_folder(options.output);
  const fs::path target = target_of(options, folder);
  if (store::would_overwrite(set, target, folder)) {
    fail(ErrorKind::usage, "-o {}: would overwrite the source", printable(options.output, 1000));
  }
  const store::Conversion conversion =
      store::plan_conversion(set, target, folder, parse_enum<store::WrittenType>(options.dtype));
  const std::vector<fs::path> files = conversion.files();
  if (!may_write(files, overwrite_rule(options.overwrite), console)) return 1;
  const weights::Converted done = store::convert_model(set, conversion);
  if (done.infinite > 0) {
    console.error(
        fmt::format("{}: {} values are too large for fp16 and became infinite; bf16 holds "
                    "them",
                    shown(target), done.infinite));
  }
  if (options.json) {
    print_json({{"output", target.string()},
                {"tensors", done.tensors},
                {"bytes", done.bytes},
                {"infinite", done.infinite},
                {"left_out", done.without_place}});
  } else {
    report(done, files, console);
  }
  return done.infinite > 0 ? 1 : 0;
}

}  // namespace

void add_convert(Parser& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  Parser& command = *app.add_subcommand("convert", "Weights as safetensors, in 32, 16 or 8 bits");
  completes_model(
      command.add_option("MODEL", options->model, "weight file, Hugging Face folder or name")
          ->required()
          ->check(refuse_empty)
          ->type_name("")
          ->group(group::input));
  command
      .add_option(
          "-o,--output", options->output,
          "FILE.safetensors, or a folder (existing, ending in a slash or without an extension)")
      ->required()
      ->check(refuse_empty)
      ->type_name("PATH")
      ->group(group::output);
  command
      .add_option("--dtype", options->dtype,
                  "fp32, fp16, bf16 or int8 (a scale per row); default: as the source")
      ->check(one_of(names_of<store::WrittenType>()))
      ->type_name("TYPE");
  add_overwrite_option(command, options->overwrite);
  command.add_flag("--json", options->json, "one JSON object on standard output")
      ->group(group::output);
  add_quiet(command, options->quiet);
  command.footer(examples);
  command.callback(
      [options, &chosen] { chosen = [options](Interruption&) { return run_convert(*options); }; });
}

}  // namespace dpt::cli
