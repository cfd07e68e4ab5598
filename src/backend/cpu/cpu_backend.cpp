#include "backend/cpu/cpu_backend.h"

#include "backend/cpu/program.h"

namespace dpt::cpu {

namespace {

class CpuBackend : public backend::Backend {
 public:
  explicit CpuBackend(backend::Precision precision)
      : constants_(std::make_shared<ConstantStore>(precision)) {}

  std::shared_ptr<const backend::Program> compile(const graph::Graph& graph, ThreadPool& pool,
                                                  const std::vector<std::string>& keep) override {
    return std::make_shared<const CpuProgram>(graph, constants_, pool, keep);
  }
  backend::Precision precision() const override { return constants_->precision(); }
  size_t constant_bytes() const override { return constants_->bytes(); }

 private:
  std::shared_ptr<ConstantStore> constants_;
};

}  // namespace

std::unique_ptr<backend::Backend> make_cpu_backend(backend::Precision precision) {
  return std::make_unique<CpuBackend>(precision);
}

}  // namespace dpt::cpu
