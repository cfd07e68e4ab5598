// A model ready to run.
#pragma once

#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "model/config.h"
#include "model/families.h"
#include "model/network.h"
#include "weights/weight_set.h"

namespace dpt::runtime {

/// Limits of a network's input.
inline constexpr int64_t largest_input_side = 16384;
inline constexpr int64_t most_input_pixels = int64_t{1} << 26;  ///< of a batch: 8192 x 8192

struct EngineOptions {
  /// The name of a model::ModelType: the metric that tensors cannot tell. Default: by file name.
  std::optional<std::string> model_type;
  std::optional<graph::WeightStandardization> standardization;
  /// Those of whose networks the model may be.
  model::Families families = model::families();
  backend::Precision precision = backend::Precision::fp32;
  /// Rewrite passes; without them every layer runs as it stands in the paper.
  bool passes = true;
  /// Names of values that Session::value() can show after a run (see graph::Graph::name).
  std::vector<std::string> keep;
};

/// Immutable to its users, who may share it between threads.
class Engine {
 public:
  /// Opens and checks a model: a weight file or a Hugging Face folder. Throws Error(model) that
  /// lists all tensors that are missing or wrongly shaped; Error(usage) for an unknown model type
  /// or one that contradicts the weights. Weights are read when the first program needs them; those
  /// that are not finite are found then.
  static std::shared_ptr<Engine> load(const std::filesystem::path& model,
                                      const EngineOptions& options = {});

  const model::Network& network() const { return *network_; }
  const model::ModelConfig& config() const { return network_->config(); }
  const weights::WeightSet& weights() const { return *weights_; }
  /// What the weights have beside what the network needs.
  const model::WeightCheck& weight_check() const { return check_; }

  /// Both sides of an input are multiples of this.
  int64_t size_multiple() const { return config().size_multiple; }

  /// The program for inputs [batch, height, width, 3], compiled at the first call (the packing of
  /// weights uses `pool`); the last few sizes are kept. Throws Error(input) for sizes that are no
  /// multiples of size_multiple() or beyond the limits. `ending` says what is its output.
  std::shared_ptr<const backend::Program> program(int64_t batch, int64_t height, int64_t width,
                                                  ThreadPool& pool,
                                                  model::Ending ending = model::Ending::full_size);

  /// How exactly it computes: what the options ask for, or fp32 where the processor has no unit for
  /// that.
  backend::Precision precision() const { return backend_->precision(); }

  /// Bytes of the packed weights held now.
  size_t constant_bytes() const { return backend_->constant_bytes(); }

 private:
  struct KeptProgram {
    model::Ending ending;
    std::shared_ptr<const backend::Program> program;
  };

  Engine(std::shared_ptr<const weights::WeightSet> weights,
         std::shared_ptr<const model::Network> network, model::WeightCheck check,
         EngineOptions options);

  std::shared_ptr<const weights::WeightSet> weights_;
  std::shared_ptr<const model::Network> network_;
  model::WeightCheck check_;
  EngineOptions options_;
  std::unique_ptr<backend::Backend> backend_;
  std::mutex mutex_;
  std::list<KeptProgram> programs_;  // last used first
};

}  // namespace dpt::runtime
