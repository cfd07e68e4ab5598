// One weight file, opened: a safetensors file or a PyTorch checkpoint (zip or legacy container).
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "base/file/file.h"
#include "base/tensor.h"
#include "weights/names.h"

namespace dpt::weights {

/// What a reader takes out of a file. The views in `tensors` point into `file`, or into `dense`
/// where the file holds a tensor with strides that had to be laid out anew.
struct CheckpointContent {
  MappedFile file;
  std::map<std::string, TensorView> tensors{};
  std::map<std::string, std::string> metadata{};
  std::vector<Buffer<std::byte>> dense{};
  std::string place{};   ///< see Checkpoint::place()
  std::string choice{};  ///< see Checkpoint::choice()
};

/// A weight file, mapped and checked. Every view is dense and row-major, may be unaligned, and lies
/// inside the mapped file, or in memory of the object's own where the file holds the tensor with
/// other strides. Immutable; may be read by several threads. The views live as long as the object.
/// A file that somebody shortens meanwhile ends the process (SIGBUS), as with any mapping.
class Checkpoint {
 public:
  Checkpoint(std::filesystem::path path, CheckpointContent content);

  /// Tensors by the names that the file gives them; for a PyTorch file those of its state
  /// dictionary, whatever dictionaries it is wrapped in (torch_state.h).
  const std::map<std::string, TensorView>& tensors() const { return content_.tensors; }
  /// `__metadata__` of a safetensors file; empty for PyTorch files.
  const std::map<std::string, std::string>& metadata() const { return content_.metadata; }
  const std::filesystem::path& path() const { return path_; }
  /// The keys to the state dictionary in a PyTorch file that wraps it: `"model" in "checkpoint"`.
  const std::string& place() const { return content_.place; }
  /// For people, where a file holds two models that could be meant: which was taken; else empty.
  const std::string& choice() const { return content_.choice; }

  /// Gives the pages under one of this file's tensors back to the system; reading it later is
  /// still valid and reads the file again. A tensor in memory of the object's own stays there.
  void release(const TensorView& view) const;

 private:
  std::filesystem::path path_;
  CheckpointContent content_;
};

/// Opens a weight file and recognises its format by its content:
///   - safetensors (github.com/huggingface/safetensors, README "Format");
///   - PyTorch zip container (torch.save since 1.6) and legacy container (before). The pickle in
///     it is read by a machine that builds tensors and plain data and runs nothing
///     (torch/torch_globals.h). Among several dictionaries, `tables` tell which is a model.
/// Throws Error(model), its text beginning with the path, when the file breaks a rule of its
/// format; Error(resource) when there is no memory for tensors that must be laid out anew.
std::shared_ptr<const Checkpoint> open_checkpoint(const std::filesystem::path& path,
                                                  NameTables tables = {});

}  // namespace dpt::weights
