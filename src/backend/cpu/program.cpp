#include "backend/cpu/program.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "backend/cpu/formats.h"
#include "base/error.h"
#include "graph/memory_plan.h"

namespace dpt::cpu {

namespace {

using graph::Graph;
using graph::MemoryPlan;
using graph::Value;

class CpuWorkspace : public backend::Workspace {
 public:
  explicit CpuWorkspace(int64_t floats) : arena(static_cast<size_t>(floats), "activations") {}
  Buffer<float> arena;
};

/// Weights of matrix products are read by their own steps, in packed form.
bool is_packed(const Graph& graph, Value value, const std::vector<Value>& order) {
  return std::all_of(order.begin(), order.end(), [&](Value user) {
    const graph::Node& node = graph.node(user);
    const bool product = std::holds_alternative<graph::Conv2d>(node.op) ||
                         std::holds_alternative<graph::ConvTranspose>(node.op) ||
                         std::holds_alternative<graph::Linear>(node.op);
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] == value && !(product && i == 1)) return false;
    }
    return true;
  });
}

std::vector<Location> find_locations(const Graph& graph, const std::vector<Value>& order,
                                     const MemoryPlan& plan, const Formats& formats,
                                     ConstantStore& constants) {
  std::vector<Location> locations(graph.size());
  for (const Value value : order) {
    Location& place = locations[static_cast<size_t>(value.id)];
    if (const graph::ConstantPtr constant = graph.constant_of(value)) {
      if (!is_packed(graph, value, order)) place.constant = constants.plain(constant);
    } else if (plan.is_view(value)) {
      const graph::Node& node = graph.node(value);
      place = locations[static_cast<size_t>(node.inputs[0].id)];
      const auto* slice = std::get_if<graph::SliceTokens>(&node.op);
      const int64_t shift = slice == nullptr ? 0 : slice->first * node.shape.back();
      if (place.constant != nullptr) place.constant += shift;
      place.offset += shift;
    } else {
      place.offset = plan.offset(value);
      place.format = formats[static_cast<size_t>(value.id)];
    }
  }
  return locations;
}

void check_memory(size_t bytes) {
  const auto installed =
      static_cast<size_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  if (bytes > installed) {
    fail(
        ErrorKind::resource,
        "the network needs {} MiB at this input size, more than the {} MiB of this machine; choose "
        "a smaller one",
        bytes >> 20, installed >> 20);
  }
}

}  // namespace

CpuProgram::CpuProgram(const Graph& graph, std::shared_ptr<ConstantStore> constants,
                       ThreadPool& pool, const std::vector<std::string>& keep)
    : constants_(std::move(constants)),
      input_shape_(graph.shape(graph.network_input())),
      output_shape_(graph.shape(graph.output())) {
  std::vector<Value> kept_values;
  for (const std::string& name : keep) {
    if (const auto value = graph.find(name)) kept_values.push_back(*value);
  }
  const std::vector<Value> order = graph.order(kept_values);
  const Formats formats = choose_formats(graph, order, kept_values, constants_->arithmetic());
  const MemoryPlan plan(graph, order, kept_values, own_sizes(formats));
  arena_floats_ = plan.size();
  check_memory(static_cast<size_t>(arena_floats_) * sizeof(float));

  const std::vector<Location> locations = find_locations(graph, order, plan, formats, *constants_);
  std::vector<TimedStep> steps(order.size());
  pool.parallel_for(static_cast<int64_t>(order.size()), [&](int64_t i, int) {
    const Value value = order[static_cast<size_t>(i)];
    if (plan.is_view(value)) return;
    const graph::Node& node = graph.node(value);
    steps[static_cast<size_t>(i)] = {graph::name_of(node.op), node.name,
                                     multiply_adds(graph, value),
                                     make_step(graph, value, locations, *constants_)};
  });
  for (TimedStep& step : steps) {
    if (step.run) steps_.push_back(std::move(step));
  }
  input_ = locations[static_cast<size_t>(graph.network_input().id)];
  output_ = locations[static_cast<size_t>(graph.output().id)];
  for (const Value value : kept_values) {
    kept_[graph.node(value).name] = {locations[static_cast<size_t>(value.id)], graph.shape(value)};
  }
}

size_t CpuProgram::workspace_bytes() const {
  return static_cast<size_t>(arena_floats_) * sizeof(float);
}

std::unique_ptr<backend::Workspace> CpuProgram::make_workspace() const {
  return std::make_unique<CpuWorkspace>(arena_floats_);
}

backend::FloatView CpuProgram::run(backend::Workspace& workspace, ThreadPool& pool,
                                   const float* input,
                                   std::vector<backend::StepTime>* profile) const {
  using Clock = std::chrono::steady_clock;
  const RunContext context{static_cast<CpuWorkspace&>(workspace).arena.data(), &pool};
  std::copy_n(input, input_shape_.elements(), context.write(input_));
  for (const TimedStep& step : steps_) {
    if (profile == nullptr) {
      step.run(context);
      continue;
    }
    const Clock::time_point start = Clock::now();
    step.run(context);
    const std::chrono::duration<double> time = Clock::now() - start;
    profile->push_back({step.operation, step.name, time.count(), step.multiply_adds});
  }
  return {context.read(output_), output_shape_};
}

backend::FloatView CpuProgram::value(const backend::Workspace& workspace,
                                     std::string_view name) const {
  const auto found = kept_.find(name);
  if (found == kept_.end()) throw std::out_of_range("value was not kept: " + std::string(name));
  const auto& arena = static_cast<const CpuWorkspace&>(workspace).arena;
  const Location& place = found->second.place;
  return {place.constant != nullptr ? place.constant : arena.data() + place.offset,
          found->second.shape};
}

}  // namespace dpt::cpu
