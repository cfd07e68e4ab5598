#include "weights/checkpoint.h"

#include <functional>
#include <utility>

#include "weights/other_content.h"
#include "weights/safetensors/safetensors.h"
#include "weights/source.h"
#include "weights/torch/torch_file.h"

namespace dpt::weights {

namespace {

void read_content(const std::filesystem::path& path, const Source& source,
                  CheckpointContent& content) {
  const std::string_view text = source.text();
  // Safetensors first: the length at its head may look like any other format's signature.
  if (has_safetensors_header(source.bytes)) return read_safetensors(source, content);
  if (text.starts_with("PK")) return read_torch_zip(source, content);
  if (text.starts_with('\x80')) return read_torch_legacy(source, content);
  const auto other = other_content(text);
  if (!other && (path.extension() == ".safetensors" || looks_like_safetensors(source.bytes))) {
    return read_safetensors(source, content);  // says why not
  }
  source.fail("expected a safetensors or PyTorch file, found {}",
              other ? *other : first_bytes(text));
}

}  // namespace

Checkpoint::Checkpoint(std::filesystem::path path, CheckpointContent content)
    : path_(std::move(path)), content_(std::move(content)) {}

void Checkpoint::release(const TensorView& view) const {
  const auto file = content_.file.bytes();
  // Tensors laid out anew are not backed by the file, so they stay.
  const std::less<const std::byte*> before;
  if (before(view.data, file.data()) || !before(view.data, file.data() + file.size())) return;
  content_.file.release({view.data, view.bytes()});
}

std::shared_ptr<const Checkpoint> open_checkpoint(const std::filesystem::path& path,
                                                  NameTables tables) {
  CheckpointContent content{.file = MappedFile(path, ErrorKind::model)};
  const Source source{shown(path), content.file.bytes(), tables};
  read_content(path, source, content);
  return std::make_shared<const Checkpoint>(path, std::move(content));
}

}  // namespace dpt::weights
