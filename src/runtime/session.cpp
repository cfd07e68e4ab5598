#include "runtime/session.h"

#include <stdexcept>
#include <utility>

namespace dpt::runtime {

Session::Session(std::shared_ptr<Engine> engine, int threads, model::Ending ending)
    : engine_(std::move(engine)), pool_(std::make_unique<ThreadPool>(threads)), ending_(ending) {}

void Session::prepare(int64_t batch, int64_t height, int64_t width) {
  const Shape wanted{batch, height, width, 3};
  if (program_ != nullptr && program_->input_shape() == wanted) return;
  std::shared_ptr<const backend::Program> program =
      engine_->program(batch, height, width, *pool_, ending_);
  // The old memory goes before the new is taken: two sizes are never held at once. A workspace is
  // of no use with another program, so that goes too.
  workspace_.reset();
  program_.reset();
  workspace_ = program->make_workspace();
  program_ = std::move(program);
}

backend::FloatView Session::run(const float* input, int64_t batch, int64_t height, int64_t width,
                                std::vector<backend::StepTime>* profile) {
  prepare(batch, height, width);
  return program_->run(*workspace_, *pool_, input, profile);
}

backend::FloatView Session::value(std::string_view name) const {
  if (program_ == nullptr) throw std::out_of_range("no run has made values");
  return program_->value(*workspace_, name);
}

size_t Session::workspace_bytes() const {
  return program_ == nullptr ? 0 : program_->workspace_bytes();
}

}  // namespace dpt::runtime
