#include "image/codec/tiff/tiff_file.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "base/error.h"

namespace dpt::image {

/// What libtiff sees as a file; either the source or the output.
struct TiffFile::Memory {
  std::span<const std::byte> source;
  std::vector<std::byte>* out = nullptr;
  uint64_t position = 0;

  uint64_t size() const { return out != nullptr ? out->size() : source.size(); }
  const std::byte* data() const { return out != nullptr ? out->data() : source.data(); }
  static Memory& of(thandle_t handle) { return *static_cast<Memory*>(handle); }

  static tmsize_t read(thandle_t handle, void* buffer, tmsize_t wanted) {
    Memory& self = of(handle);
    if (wanted <= 0 || self.position >= self.size()) return 0;
    const uint64_t count =
        std::min<uint64_t>(static_cast<uint64_t>(wanted), self.size() - self.position);
    std::memcpy(buffer, self.data() + self.position, count);
    self.position += count;
    return static_cast<tmsize_t>(count);
  }
  static tmsize_t write(thandle_t handle, void* buffer, tmsize_t count) {
    Memory& self = of(handle);
    if (self.out == nullptr || count <= 0) return 0;
    const uint64_t end = self.position + static_cast<uint64_t>(count);
    if (end > self.out->size()) self.out->resize(end);
    std::memcpy(self.out->data() + self.position, buffer, static_cast<size_t>(count));
    self.position = end;
    return count;
  }
  static toff_t seek(thandle_t handle, toff_t offset, int origin) {
    Memory& self = of(handle);
    if (origin == SEEK_CUR) offset += self.position;
    if (origin == SEEK_END) offset += self.size();
    self.position = offset;
    return offset;
  }
  static int close(thandle_t) { return 0; }
  static toff_t size_of(thandle_t handle) { return of(handle).size(); }
  /// Reading in place. Besides being quicker, it avoids libtiff 4.5's mistake of refusing
  /// uncompressed tiles whose size is no multiple of 1024.
  static int map(thandle_t handle, void** base, toff_t* size) {
    Memory& self = of(handle);
    if (self.out != nullptr) return 0;
    *base = const_cast<std::byte*>(self.source.data());
    *size = self.source.size();
    return 1;
  }
  static void unmap(thandle_t, void*, toff_t) {}
};

namespace {

/// Keeps the first message; returning 1 keeps libtiff from printing it.
int keep_message(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  auto& message = *static_cast<std::string*>(user);
  if (message.empty()) {
    char text[300];
    std::vsnprintf(text, sizeof(text), format, arguments);
    message = text;
  }
  return 1;
}

/// As above, of the formats themselves: few are looked for.
int keep_warning(TIFF*, void* user, const char*, const char* format, va_list) {
  constexpr size_t enough = 4096;
  auto& warnings = *static_cast<std::string*>(user);
  if (warnings.size() < enough) warnings += format;
  return 1;
}

}  // namespace

TIFF* TiffFile::open(const char* mode) {
  // The largest strip is the largest picture with four 16-bit samples.
  constexpr tmsize_t max_allocation = tmsize_t{max_pixels} * 8;
  TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, max_allocation);
  TIFFOpenOptionsSetErrorHandlerExtR(options, keep_message, &message_);
  TIFFOpenOptionsSetWarningHandlerExtR(options, keep_warning, &warnings_);
  TIFF* tiff =
      TIFFClientOpenExt("", mode, memory_.get(), Memory::read, Memory::write, Memory::seek,
                        Memory::close, Memory::size_of, Memory::map, Memory::unmap, options);
  TIFFOpenOptionsFree(options);
  return tiff;
}

TiffFile::TiffFile(const Source& source)
    : name_(source.name), memory_(std::make_unique<Memory>(Memory{source.bytes, nullptr, 0})) {
  tiff_ = open("r");
  if (tiff_ == nullptr) fail_with_message("no directory");
}

TiffFile::TiffFile(std::vector<std::byte>& out)
    : name_("TIFF"), memory_(std::make_unique<Memory>(Memory{{}, &out, 0})) {
  tiff_ = open("wl");
  if (tiff_ == nullptr) fail_with_message("cannot begin");
}

TiffFile::~TiffFile() { close(); }

void TiffFile::close() {
  if (tiff_ != nullptr) TIFFClose(tiff_);
  tiff_ = nullptr;
}

void TiffFile::fail_with_message(const char* otherwise) const {
  fail(ErrorKind::input, "{}: cannot handle the TIFF file: {}", name_,
       printable(message_.empty() ? otherwise : message_));
}

}  // namespace dpt::image
