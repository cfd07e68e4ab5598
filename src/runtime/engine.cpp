#include "runtime/engine.h"

#include <fmt/core.h>

#include "backend/cpu/cpu_backend.h"
#include "base/error.h"
#include "graph/passes/passes.h"

namespace dpt::runtime {

namespace {

constexpr size_t kept_programs = 4;
constexpr size_t shown_problems = 5;

model::DptConfig configure(const weights::WeightSet& weights, const EngineOptions& options) {
  model::DptConfig config = model::recognize(weights);
  if (options.standardization) config.standardization = *options.standardization;
  if (!options.model_type) return config;
  const model::ModelType& type = model::model_type(*options.model_type);
  const bool wants_hybrid = type.name.starts_with("dpt_hybrid");
  if (wants_hybrid != (config.backbone == model::Backbone::hybrid)) {
    fail(ErrorKind::usage, "{}: holds a {}, which model type '{}' is not", weights.path_text(),
         config.variant(), type.name);
  }
  if (type.metric && config.task != model::Task::depth) {
    fail(ErrorKind::usage, "{}: is a segmentation model; model type '{}' is metric depth",
         weights.path_text(), type.name);
  }
  config.set_type(type);
  return config;
}

void refuse_problems(const weights::WeightSet& weights, const model::DptConfig& config,
                     const std::vector<std::string>& problems) {
  if (problems.empty()) return;
  std::string list;
  for (size_t i = 0; i < problems.size() && i < shown_problems; ++i) {
    list += fmt::format("{}{}", i == 0 ? "" : "; ", problems[i]);
  }
  if (problems.size() > shown_problems) {
    list += fmt::format("; and {} more", problems.size() - shown_problems);
  }
  fail(ErrorKind::model, "{}: {} ({})", weights.path_text(), list, config.summary());
}

}  // namespace

Engine::Engine(std::shared_ptr<const weights::WeightSet> weights, model::DptConfig config,
               model::WeightCheck check, EngineOptions options)
    : weights_(std::move(weights)),
      config_(std::move(config)),
      check_(std::move(check)),
      options_(std::move(options)),
      backend_(cpu::make_cpu_backend(options_.precision)) {}

std::shared_ptr<Engine> Engine::load(const std::filesystem::path& model,
                                     const EngineOptions& options) {
  auto weights = std::make_shared<const weights::WeightSet>(weights::WeightSet::open(model));
  model::DptConfig config = configure(*weights, options);
  model::WeightCheck check = model::check_weights(config, weights);
  refuse_problems(*weights, config, check.problems);
  return std::shared_ptr<Engine>(
      new Engine(std::move(weights), std::move(config), std::move(check), options));
}

std::shared_ptr<const backend::Program> Engine::program(int64_t batch, int64_t height,
                                                        int64_t width, ThreadPool& pool,
                                                        model::Ending ending) {
  const int64_t multiple = size_multiple();
  const bool fits = batch >= 1 && height >= multiple && width >= multiple &&
                    height % multiple == 0 && width % multiple == 0 &&
                    height <= largest_input_side && width <= largest_input_side &&
                    batch <= most_input_pixels / (height * width);
  if (!fits) {
    fail(ErrorKind::input,
         "network input {} x {} x {} (pictures x height x width): expected sides that are "
         "multiples of {} up to {} and at most {} pixels",
         batch, height, width, multiple, largest_input_side, most_input_pixels);
  }
  const Shape wanted{batch, height, width, 3};
  const std::lock_guard lock(mutex_);
  for (auto kept = programs_.begin(); kept != programs_.end(); ++kept) {
    if (kept->ending == ending && kept->program->input_shape() == wanted) {
      programs_.splice(programs_.begin(), programs_, kept);
      return programs_.front().program;
    }
  }
  model::WeightReport report;
  graph::Graph graph = model::build(config_, weights_, batch, height, width, report, ending);
  if (options_.passes) graph::run_passes(graph);
  programs_.push_front({ending, backend_->compile(graph, pool, options_.keep)});
  if (programs_.size() > kept_programs) programs_.pop_back();
  return programs_.front().program;
}

}  // namespace dpt::runtime
