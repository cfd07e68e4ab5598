#include "runtime/engine.h"

#include <fmt/core.h>

#include "backend/cpu/cpu_backend.h"
#include "base/error.h"
#include "graph/passes/passes.h"

namespace dpt::runtime {

namespace {

constexpr size_t kept_programs = 4;
constexpr size_t shown_problems = 5;

void refuse_problems(const weights::WeightSet& weights, const model::Network& network,
                     const std::vector<std::string>& problems) {
  if (problems.empty()) return;
  std::string list;
  for (size_t i = 0; i < problems.size() && i < shown_problems; ++i) {
    list += fmt::format("{}{}", i == 0 ? "" : "; ", problems[i]);
  }
  if (problems.size() > shown_problems) {
    list += fmt::format("; and {} more", problems.size() - shown_problems);
  }
  fail(ErrorKind::model, "{}: {} ({})", weights.path_text(), list, network.summary());
}

}  // namespace

Engine::Engine(std::shared_ptr<const weights::WeightSet> weights,
               std::shared_ptr<const model::Network> network, model::WeightCheck check,
               EngineOptions options)
    : weights_(std::move(weights)),
      network_(std::move(network)),
      check_(std::move(check)),
      options_(std::move(options)),
      backend_(cpu::make_cpu_backend(options_.precision)) {}

std::shared_ptr<Engine> Engine::load(const std::filesystem::path& model,
                                     const EngineOptions& options) {
  auto weights =
      std::make_shared<const weights::WeightSet>(model::open_weights(model, options.families));
  auto network =
      model::recognize(*weights, {options.model_type, options.standardization}, options.families);
  model::WeightCheck check = model::check_weights(*network, weights);
  refuse_problems(*weights, *network, check.problems);
  return std::shared_ptr<Engine>(
      new Engine(std::move(weights), std::move(network), std::move(check), options));
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
  graph::Graph graph = model::build(*network_, weights_, batch, height, width, report, ending);
  if (options_.passes) graph::run_passes(graph);
  programs_.push_front({ending, backend_->compile(graph, pool, options_.keep)});
  if (programs_.size() > kept_programs) programs_.pop_back();
  return programs_.front().program;
}

}  // namespace dpt::runtime
