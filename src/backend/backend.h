// What the runtime asks of a backend.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/machine/thread_pool.h"
#include "graph/graph.h"

namespace dpt::backend {

/// How exactly a backend computes.
enum class Precision : uint8_t {
  fp32,  ///< as exactly as float32 arithmetic does, by whatever is fastest on the device
  bf16,  ///< products of bf16 numbers (8 bits), sums in float32
  int8,  ///< products of integers of 8 bits: weights scaled per column, activations as they come
};

/// "fp32", "bf16", "int8".
constexpr std::string_view name_of(Precision precision) {
  constexpr std::string_view names[] = {"fp32", "bf16", "int8"};
  return names[static_cast<size_t>(precision)];
}

/// A tensor in a workspace or in the caller's memory, float32.
struct FloatView {
  const float* data = nullptr;
  Shape shape;
};

/// The memory of one run at a time. Made by a program, used with that program only.
class Workspace {
 public:
  virtual ~Workspace() = default;
};

/// One line of a profile.
struct StepTime {
  std::string operation;  ///< "conv2d", ...
  std::string name;       ///< of the module, may be empty
  double seconds = 0;
  double multiply_adds = 0;  ///< of the plain operation
};

/// A graph made ready to run at its input size. Immutable; shared between threads.
class Program {
 public:
  virtual ~Program() = default;

  virtual const Shape& input_shape() const = 0;
  virtual const Shape& output_shape() const = 0;
  virtual size_t workspace_bytes() const = 0;
  /// Throws Error(resource) when there is not enough memory.
  virtual std::unique_ptr<Workspace> make_workspace() const = 0;

  /// `input`: input_shape().elements() values. The result lies in the workspace and stays until its
  /// next run. `profile`, if not null, receives the steps' times.
  virtual FloatView run(Workspace& workspace, ThreadPool& pool, const float* input,
                        std::vector<StepTime>* profile = nullptr) const = 0;

  /// After a run: one of the values that compile() was told to keep, by its name in the graph.
  /// Throws std::out_of_range for any other.
  virtual FloatView value(const Workspace& workspace, std::string_view name) const = 0;
};

/// Holds what programs of different input sizes share: the constants in the layout of its kernels.
/// May be used by several threads.
class Backend {
 public:
  virtual ~Backend() = default;
  /// Names in `keep` that the graph has stay readable after a run.
  virtual std::shared_ptr<const Program> compile(const graph::Graph& graph, ThreadPool& pool,
                                                 const std::vector<std::string>& keep = {}) = 0;
  /// The one that was asked for, or fp32 where the device has nothing made for it.
  virtual Precision precision() const = 0;
  /// Bytes of all constants held.
  virtual size_t constant_bytes() const = 0;
};

}  // namespace dpt::backend
