// A graph compiled for the processor.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "backend/cpu/constant_store.h"
#include "backend/cpu/steps.h"

namespace dpt::cpu {

class CpuProgram : public backend::Program {
 public:
  /// Reads and packs the constants that the store does not hold yet, on all threads of `pool`.
  CpuProgram(const graph::Graph& graph, std::shared_ptr<ConstantStore> constants, ThreadPool& pool,
             const std::vector<std::string>& keep);

  const Shape& input_shape() const override { return input_shape_; }
  const Shape& output_shape() const override { return output_shape_; }
  size_t workspace_bytes() const override;
  std::unique_ptr<backend::Workspace> make_workspace() const override;
  backend::FloatView run(backend::Workspace& workspace, ThreadPool& pool, const float* input,
                         std::vector<backend::StepTime>* profile) const override;
  backend::FloatView value(const backend::Workspace& workspace,
                           std::string_view name) const override;

 private:
  struct TimedStep {
    std::string operation, name;
    double multiply_adds = 0;
    Step run;
  };
  struct Kept {
    Location place;
    Shape shape;
  };

  std::shared_ptr<ConstantStore> constants_;  // steps point into it
  std::vector<TimedStep> steps_;
  std::map<std::string, Kept, std::less<>> kept_;
  Shape input_shape_, output_shape_;
  Location input_, output_;
  int64_t arena_floats_ = 0;
};

}  // namespace dpt::cpu
