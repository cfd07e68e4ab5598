// A model's tensors under official names, whatever its files call them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/tensor.h"
#include "weights/checkpoint.h"
#include "weights/model_folder.h"
#include "weights/model_names.h"
#include "weights/names.h"

namespace dpt::weights {

/// Tensors of one model: a weight file, or a Hugging Face folder. Keys are official names
/// ("pretrained.model.blocks.0.attn.qkv.weight"); tensors that its family's table of names
/// (names.h) does not know keep their own. What training programs put before and into names
/// ("module.", "_orig_mod.", "model.", model_names.h) is taken off. A tensor NAME of 8-bit integers
/// beside a floating NAME_scale with one number per row (as in the compressed-tensors format) is
/// one tensor: each row of integers times its scale.
///
/// Immutable and cheap to copy (files are shared); may be read by several threads. Every function
/// that takes a key throws Error(model) naming file and key when there is no such tensor.
class WeightSet {
 public:
  /// `tables`: of the families that the model may be of; the one that knows most of its names is
  /// taken, and must live as long as the set.
  /// A file: anything that open_checkpoint() reads. A folder: the files that find_model_files()
  /// finds, and the texts of config.json and preprocessor_config.json; a safetensors file may hold
  /// these two as metadata of the same names, as convert() writes them. Throws Error(model), its
  /// text beginning with the path of the file at fault.
  static WeightSet open(const std::filesystem::path& file_or_folder, NameTables tables);

  bool contains(std::string_view key) const;
  /// Sorted.
  std::vector<std::string> keys() const;
  Shape shape(std::string_view key) const;
  /// Element type in the file.
  DType dtype(std::string_view key) const;
  /// False for integers without scales, which read_rows() refuses.
  bool is_readable(std::string_view key) const;

  /// Writes rows [first, first + count) of the tensor's outermost dimension (a scalar is one row)
  /// as float32, dense and row-major. Query, key and value of a Hugging Face file come joined along
  /// that dimension. Throws Error(model) naming the tensor when its elements are integers.
  void read_rows(std::string_view key, int64_t first, int64_t count, float* out) const;

  /// Gives the tensor's pages back to the system; reading it later is still valid.
  void release(std::string_view key) const;

  /// Number of elements that are infinite or not a number; 0 for integers. Reads each element once.
  int64_t count_non_finite(std::string_view key) const;

  /// Bytes of all tensors as the files hold them.
  uint64_t bytes() const;

  /// What the files call their tensors.
  Naming naming() const { return naming_; }
  /// The table that was taken; the first where none knows any.
  const NameTable& names() const { return *names_; }

  /// What a training program put around the weights, for people: `dictionary "state_dict"`,
  /// `"model." before names`.
  const std::vector<std::string>& unwrapped() const { return unwrapped_; }
  /// What its user should know, a line each: which of two sets of weights this is.
  const std::vector<std::string>& notes() const { return notes_; }

  /// As given to open().
  const std::filesystem::path& path() const { return path_; }
  /// The same made printable, for messages.
  std::string path_text() const;
  /// Last component of the path: the file's name with its extension, or the folder's name.
  std::string file_name() const;

  /// Text of config.json / preprocessor_config.json where there is one (at most 16 MB).
  const std::optional<std::string>& config() const { return config_; }
  const std::optional<std::string>& preprocessor_config() const { return preprocessor_config_; }
  /// Where these stand, for messages: in the folder, or in the file's metadata.
  std::string place_of(std::string_view text_name) const;

 private:
  /// A tensor of a file; three of them make a joined one.
  struct Part {
    std::shared_ptr<const Checkpoint> file;
    TensorView view;
    std::string name;                   // in the file
    std::optional<TensorView> scale{};  // one number per row of 8-bit integers
  };
  static bool is_readable(const Part& part);
  struct Entry {
    Shape shape;
    std::vector<Part> parts;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  void add_files(const std::vector<std::shared_ptr<const Checkpoint>>& files, NameTables tables);
  void add_file(const std::shared_ptr<const Checkpoint>& file, const OwnNames& names);
  /// Sets names_. Adds a note where there was something to choose.
  OwnNames choose_names(const std::vector<std::string_view>& names, NameTables tables);
  void add_part(const OfficialName& target, Part part);
  void join_parts(const std::string& key, Entry& entry);
  const Entry& entry(std::string_view key) const;

  std::filesystem::path path_;
  Entries entries_;
  Naming naming_ = Naming::official;
  const NameTable* names_ = &no_names;
  std::vector<std::string> unwrapped_;
  std::vector<std::string> notes_;
  std::optional<std::string> config_;
  std::optional<std::string> preprocessor_config_;
  bool nested_preprocessor_ = false;
};

}  // namespace dpt::weights
