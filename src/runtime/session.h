// One caller's use of an Engine.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/machine/thread_pool.h"
#include "runtime/engine.h"

namespace dpt::runtime {

/// Threads and buffers of one caller; used by one thread at a time. Several sessions may share an
/// Engine.
class Session {
 public:
  /// `threads` >= 1, the caller's included. `ending` says what run() returns.
  Session(std::shared_ptr<Engine> engine, int threads,
          model::Ending ending = model::Ending::full_size);

  const Engine& engine() const { return *engine_; }
  ThreadPool& pool() { return *pool_; }

  /// For inputs [batch, height, width, 3]: compiles if need be, takes memory; run() does so itself.
  /// Errors as Engine::program(), all being as before; Error(resource), the values being gone.
  void prepare(int64_t batch, int64_t height, int64_t width);

  /// input: normalised pictures [batch, height, width, 3]. Result [batch, height, width, 1 or
  /// classes], of half the height and width before the upsampling; it stays until the next call.
  /// Errors as prepare().
  backend::FloatView run(const float* input, int64_t batch, int64_t height, int64_t width,
                         std::vector<backend::StepTime>* profile = nullptr);

  /// After a run: a value that EngineOptions::keep names. Throws std::out_of_range for any other.
  backend::FloatView value(std::string_view name) const;

  /// Bytes of activations held now.
  size_t workspace_bytes() const;

 private:
  std::shared_ptr<Engine> engine_;
  std::unique_ptr<ThreadPool> pool_;
  model::Ending ending_;
  std::shared_ptr<const backend::Program> program_;
  std::unique_ptr<backend::Workspace> workspace_;
};

}  // namespace dpt::runtime
