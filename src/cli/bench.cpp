// dpt bench
#include <algorithm>
#include <array>
#include <sstream>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/folders.h"
#include "base/file/paths.h"
#include "cli/bench_report.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/find_model.h"
#include "cli/options.h"
#include "cli/replacing.h"
#include "cli/rule_options.h"
#include "image/codec/numpy/npy_tensor.h"
#include "runtime/measure.h"
#include "runtime/network_input.h"
#include "task/input_rule.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char* examples = R"(Examples:
  dpt bench -m weights.pt                      the model's own input size, all cores
  dpt bench -m weights.pt --threads 1,2,4 --size 384x672
  dpt bench -m weights.pt --json > bench.json
  dpt bench -m weights.pt --profile            time by kind of operation and by module

load: opening and packing until ready; first: load and the first result; peak: resident memory.
Each number of threads is measured in a fresh engine.)";

struct Options {
  ModelOptions model;
  std::string size;
  std::string threads;
  std::string input, output, overwrite;
  runtime::MeasureOptions measure;
  bool csv = false;
  bool json = false;
  bool profile = false;
  bool quiet = false;
};

std::vector<int> thread_counts(const Options& options) {
  if (options.threads.empty()) return {thread_count(std::nullopt)};
  std::vector<int> counts;
  std::istringstream list(options.threads + ",");
  for (std::string text; std::getline(list, text, ',');) {
    counts.push_back(parse_thread_count("--threads", text));
  }
  return counts;
}

void check_input_size(const runtime::Engine& engine, image::Size size) {
  const int64_t multiple = engine.size_multiple();
  const auto fits = [&](int64_t side) {
    return side % multiple == 0 && side <= runtime::largest_input_side;
  };
  if (fits(size.height) && fits(size.width) &&
      int64_t{size.height} * size.width <= runtime::most_input_pixels) {
    return;
  }
  fail(ErrorKind::usage, "--size {}x{}: expected multiples of {} up to {}, and at most {} pixels",
       size.height, size.width, multiple, runtime::largest_input_side, runtime::most_input_pixels);
}

runtime::NetworkInput input_from_file(const Options& options) {
  const image::NpyTensor tensor = image::read_npy_tensor(options.input);
  const Shape& shape = tensor.shape;
  if (shape.rank() != 4 || shape[1] != 3) {
    fail(ErrorKind::input, "{}: has shape {}, expected [N, 3, H, W]", printable(options.input),
         shape.text());
  }
  if (!options.size.empty()) {
    const image::Size size = parse_size("--size", options.size);
    if (size.height != shape[2] || size.width != shape[3]) {
      fail(ErrorKind::usage, "--size {}: the input {} has {}x{}", options.size,
           printable(options.input), shape[2], shape[3]);
    }
  }
  return runtime::input_of_planes(shape, tensor.values.span());
}

runtime::NetworkInput network_input(const Options& options, const runtime::Engine& engine) {
  if (!options.input.empty()) return input_from_file(options);
  image::Size size;
  if (options.size.empty()) {
    size = task::own_input_size(task::input_rule(engine), engine.size_multiple());
  } else {
    size = parse_size("--size", options.size);
    check_input_size(engine, size);
  }
  return runtime::made_up_input(size.height, size.width);
}

/// [n, h, w, c] as the reference programs give it: [n, h, w] for one channel, else [n, c, h, w].
std::vector<std::byte> encode_output(const backend::FloatView& output, bool is_depth) {
  const Shape& s = output.shape;
  if (is_depth) {
    const std::span<const float> values(output.data, static_cast<size_t>(s.elements()));
    return image::encode_npy_tensor({s[0], s[1], s[2]}, values);
  }
  return image::encode_npy_tensor({s[0], s[3], s[1], s[2]},
                                  runtime::planes_of_output(output).span());
}

std::string profile_of(runtime::Measured& measured, const runtime::NetworkInput& input,
                       int threads) {
  std::vector<backend::StepTime> steps;
  measured.session->run(input.values.data(), input.batch, input.height, input.width, &steps);
  return fmt::format("\n{} thread(s)\n{}", threads, profile_text(steps));
}

int run_bench(const Options& options, Interruption& interruption) {
  const std::vector<int> counts = thread_counts(options);
  std::vector<fs::path> read = model_files(options.model.model);
  read.emplace_back(options.input);
  refuse_overwriting(std::array<fs::path, 1>{options.output}, read);
  Console console(options.quiet);
  if (!may_write({options.output}, overwrite_rule(options.overwrite), console)) return 1;
  std::vector<BenchRow> rows;
  std::string profiles;
  runtime::NetworkInput input;
  std::vector<std::byte> output;
  {
    const OpenModel model = open_model(options.model);
    for (const std::string& note : model.notes) console.note(note);
    input = network_input(options, *model.engine);
  }
  if (!options.output.empty() && !is_stream(options.output)) make_folders_for(options.output);
  for (size_t i = 0; i < counts.size(); ++i) {
    console.progress(i, counts.size(), fmt::format("{} thread(s)", counts[i]));
    runtime::Measured measured = runtime::measure([&] { return open_model(options.model).engine; },
                                                  counts[i], input, options.measure);
    const runtime::Engine& engine = measured.session->engine();
    const bool is_depth = engine.config().task == model::Task::depth;
    if (!options.output.empty()) output = encode_output(measured.output, is_depth);
    if (options.profile) profiles += profile_of(measured, input, counts[i]);
    rows.push_back({engine.weights().file_name(), is_depth ? "depth" : "segmentation", input.height,
                    input.width, counts[i], std::string(backend::name_of(engine.precision())),
                    std::move(measured.figures)});
  }
  console.end_progress();
  print_out(options.json ? bench_json(rows) : options.csv ? bench_csv(rows) : bench_table(rows));
  print_out(profiles);
  if (!options.output.empty()) interruption.write_file(options.output, output);
  console.summary(wrote_text(std::array<fs::path, 1>{options.output}));
  return 0;
}

}  // namespace

void add_bench(Parser& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  Parser& command = *app.add_subcommand("bench", "Latency, load time and memory of a model");
  add_model_options(command, options->model);
  const GroupScope scope(command, "Measurement");
  command.add_option("--size", options->size, "of the network's input; default: the model's")
      ->check(refuse_empty)
      ->type_name("HxW");
  command
      .add_option(
          "-t,--threads", options->threads,
          "numbers of threads, separated by commas; default: DPT_THREADS, or one for each core")
      ->check(refuse_empty)
      ->type_name("N,...");
  command
      .add_option("--runs", options->measure.runs,
                  "measured runs; default: at least 5, and for 2 seconds")
      ->check(range(1, 1000000))
      ->type_name("K");
  command
      .add_option("--warmup", options->measure.warmup,
                  "runs before, the first one included; default: 1")
      ->check(range(1, 1000000))
      ->type_name("K");
  command.add_option("--input", options->input, "network input: .npy, float32, N x 3 x H x W")
      ->check(refuse_empty)
      ->type_name("FILE");
  command
      .add_option("--save-output", options->output,
                  "write the network's output: .npy, float32, N x H x W or N x classes x H x W")
      ->check(refuse_empty)
      ->type_name("FILE");
  add_overwrite_option(command, options->overwrite);
  Option* json = command.add_flag("--json", options->json, "one JSON object")->group(group::output);
  Option* csv =
      command.add_flag("--csv", options->csv, "comma-separated values")->group(group::output);
  Option* profile =
      command.add_flag("--profile", options->profile, "also where the time of one run goes");
  json->excludes(csv);
  profile->excludes(json)->excludes(csv);
  add_quiet(command, options->quiet);
  command.footer(examples);
  command.callback([options, &chosen] {
    chosen = [options](Interruption& interruption) { return run_bench(*options, interruption); };
  });
}

}  // namespace dpt::cli
