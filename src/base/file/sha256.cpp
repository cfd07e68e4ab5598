#include "base/file/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "base/file/file.h"

namespace dpt {

std::string sha256_of_file(const std::filesystem::path& path) {
  return sha256_of_files(std::span(&path, 1));
}

std::string sha256_of_files(std::span<const std::filesystem::path> paths) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  const auto check = [](bool done) {
    if (!done) fail(ErrorKind::resource, "libcrypto cannot compute SHA-256");
  };
  check(context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  // In pieces, each given back after use: a large file leaves no trace in our memory.
  constexpr size_t piece_bytes = size_t{8} << 20;
  for (const std::filesystem::path& path : paths) {
    const MappedFile file(path, ErrorKind::model);
    for (auto rest = file.bytes(); !rest.empty();) {
      const auto piece = rest.first(std::min(rest.size(), piece_bytes));
      check(EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1);
      file.release(piece);
      rest = rest.subspan(piece.size());
    }
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  check(EVP_DigestFinal_ex(context.get(), digest.data(), &length) == 1);
  std::string text;
  for (unsigned int i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace dpt
