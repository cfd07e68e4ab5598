#include "weights/checkpoint.h"

#include <functional>
#include <utility>

#include "weights/safetensors.h"
#include "weights/source.h"
#include "weights/torch_file.h"

namespace dpt::weights {

namespace {

/// What the file seems to be instead, from its first bytes; the common accidents by name.
std::string describe(std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"version https://git-lfs", "a Git LFS pointer: the file itself was not downloaded"},
      {"<", "an HTML or XML page: the download failed or led to another page"},
      {"{", "JSON text"},
      {"\x1f\x8b", "a gzip archive: unpack it first"},
      {"7z\xbc\xaf", "a 7z archive: unpack it first"},
      {"\x89HDF", "an HDF5 file"},
      {"GGUF", "a GGUF file"},
      {"\x08", "perhaps an ONNX file"},
  };
  if (text.empty()) return "an empty file";
  for (const auto& [start, name] : known) {
    if (text.starts_with(start)) return std::string(name);
  }
  std::string bytes = "bytes";
  for (const char c : text.substr(0, 8)) bytes += fmt::format(" {:02x}", static_cast<uint8_t>(c));
  return bytes;
}

void read_content(const std::filesystem::path& path, const Source& source,
                  CheckpointContent& content) {
  const std::string_view text = source.text();
  // Safetensors first: the length at its head may look like any other format's signature.
  if (looks_like_safetensors(source.bytes)) return read_safetensors(source, content);
  if (text.starts_with("PK")) return read_torch_zip(source, content);
  if (text.starts_with('\x80')) return read_torch_legacy(source, content);
  if (path.extension() == ".safetensors") return read_safetensors(source, content);  // says why not
  source.fail("expected a safetensors or PyTorch file, found {}", describe(text));
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

std::shared_ptr<const Checkpoint> open_checkpoint(const std::filesystem::path& path) {
  CheckpointContent content{MappedFile(path, ErrorKind::model), {}, {}, {}};
  const Source source{shown(path), content.file.bytes()};
  read_content(path, source, content);
  return std::make_shared<const Checkpoint>(path, std::move(content));
}

}  // namespace dpt::weights
