#include "weights/other_content.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <utility>

#include "base/error.h"

namespace dpt::weights {

namespace {

constexpr size_t looked_at = 64;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// True when it begins as text in UTF-8 does.
bool is_text(std::string_view content) {
  const std::string_view head = content.substr(0, looked_at);
  int continued = 0;  // bytes of a character that are still to come
  for (const char c : head) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = byte >= 0x80 && byte < 0xC0;
    if (continues != (continued > 0)) return false;
    if (continues) {
      --continued;
    } else if (byte >= 0x80) {
      if (byte < 0xC2 || byte > 0xF4) return false;
      continued = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1;
    } else if (std::isprint(byte) == 0 && std::isspace(byte) == 0) {
      return false;
    }
  }
  return head.size() >= 8;
}

/// What a text begins with, behind blanks.
std::string_view beginning_of(std::string_view content) {
  if (content.starts_with(byte_order_mark)) content.remove_prefix(byte_order_mark.size());
  const size_t at = content.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? std::string_view() : content.substr(at);
}

std::string first_line(std::string_view text) {
  return printable(text.substr(0, std::min(text.find_first_of("\r\n"), text.size())), 60);
}

/// The digits behind "size " on a line of a pointer of Git LFS.
std::string_view size_in_pointer(std::string_view pointer) {
  constexpr std::string_view field = "\nsize ";
  const size_t at = pointer.substr(0, 1024).find(field);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = pointer.substr(at + field.size());
  return rest.substr(0, std::min<size_t>(rest.find_first_not_of("0123456789"), 20));
}

}  // namespace

std::optional<std::string> failed_download(std::string_view content) {
  if (content.starts_with("version https://git-lfs")) {
    const std::string_view size = size_in_pointer(content);
    return fmt::format(
        "a Git LFS pointer: the file itself{} was not downloaded; \"git lfs pull\" in its folder "
        "gets it",
        size.empty() ? "" : fmt::format(", of {} bytes,", size));
  }
  if (is_text(content) && beginning_of(content).starts_with('<')) {
    return "an HTML or XML page: the download failed or led to another page; get the file again, "
           "by its own address";
  }
  return std::nullopt;
}

std::optional<std::string> other_content(std::string_view content) {
  if (auto download = failed_download(content)) return download;
  constexpr std::pair<std::string_view, std::string_view> signatures[] = {
      {"\x1f\x8b", "a gzip archive: unpack it first"},
      {"7z\xbc\xaf", "a 7z archive: unpack it first"},
      {"\x89HDF", "an HDF5 file"},
      {"GGUF", "a GGUF file"},
  };
  for (const auto& [start, name] : signatures) {
    if (content.starts_with(start)) return std::string(name);
  }
  if (!is_text(content)) return std::nullopt;
  const std::string_view text = beginning_of(content);
  const bool json = text.starts_with('{') || text.starts_with('[');
  return fmt::format("{}, which begins {}: perhaps a server's message in place of the file",
                     json ? "JSON text" : "a text", first_line(text));
}

std::string first_bytes(std::string_view content) {
  if (content.empty()) return "an empty file";
  if (content.starts_with('\x08')) return "perhaps an ONNX file";
  std::string bytes = "bytes";
  for (const char c : content.substr(0, 8)) {
    bytes += fmt::format(" {:02x}", static_cast<uint8_t>(c));
  }
  return bytes;
}

}  // namespace dpt::weights
