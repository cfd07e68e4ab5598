// libtiff on memory, its messages kept with the handle: none is printed.
#pragma once

#include <tiffio.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "image/codec/decoders.h"

namespace dpt::image {

class TiffFile {
 public:
  /// Reads from the source, which must outlive the object. Throws Error(input).
  explicit TiffFile(const Source& source);
  /// Writes to `out`, which must outlive the object and is complete after close().
  explicit TiffFile(std::vector<std::byte>& out);
  ~TiffFile();
  TiffFile(const TiffFile&) = delete;
  TiffFile& operator=(const TiffFile&) = delete;

  TIFF* get() const { return tiff_; }
  /// Throws Error(input) with the first message that libtiff gave, or with `otherwise`.
  [[noreturn]] void fail_with_message(const char* otherwise) const;
  /// That libtiff found the sizes of strips or tiles to be wrong, and took what it thought right.
  bool has_wrong_sizes() const { return warnings_.find("Bogus") != std::string::npos; }
  void close();

 private:
  struct Memory;
  TIFF* open(const char* mode);

  std::string name_;
  std::string message_;
  std::string warnings_;
  std::unique_ptr<Memory> memory_;
  TIFF* tiff_ = nullptr;
};

}  // namespace dpt::image
