#include "model/shapes.h"

#include <fmt/core.h>

#include <vector>

#include "base/error.h"
#include "model/parts.h"

namespace dpt::model {

int64_t Shapes::extent(const std::string& key, size_t rank, size_t axis) const {
  if (!has(key)) {
    fail(ErrorKind::model, "{}: is not a {} that this program knows: it has no tensor {}{}",
         weights_.path_text(), family_, key, hint());
  }
  const Shape shape = weights_.shape(key);
  if (shape.rank() != rank) {
    fail(ErrorKind::model, "{}: tensor {} has shape {}, expected {} dimensions",
         weights_.path_text(), key, shape.text(), rank);
  }
  if (shape[axis] < 1 || shape[axis] > largest_size) {
    fail(ErrorKind::model, "{}: tensor {} has shape {}, expected extents from 1 to {}",
         weights_.path_text(), key, shape.text(), largest_size);
  }
  return shape[axis];
}

int64_t Shapes::count(std::string_view prefix, std::string_view suffix) const {
  int64_t n = 0;
  while (has(fmt::format("{}{}{}", prefix, n, suffix))) ++n;
  return n;
}

std::string Shapes::hint() const {
  const std::vector<std::string> keys = weights_.keys();
  return keys.empty() ? " (no tensors at all)"
                      : fmt::format(" (its first tensor is {})", printable(keys.front()));
}

}  // namespace dpt::model
