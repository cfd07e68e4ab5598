#include "weights/weight_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/file/file.h"
#include "weights/source.h"

namespace dpt::weights {

namespace {

using Files = std::vector<std::shared_ptr<const Checkpoint>>;

std::vector<std::string_view> names_of(const Files& files) {
  std::vector<std::string_view> names;
  for (const auto& file : files) {
    for (const auto& [name, view] : file->tensors()) names.emplace_back(name);
  }
  return names;
}

/// Hugging Face if the table knows a name as one of theirs and none is official.
Naming find_naming(const NameTable& table, const std::vector<std::string>& names) {
  const bool any_official = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name.starts_with(table.backbone) || name.starts_with(table.decoder);
  });
  const bool any_theirs = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return table.to_official(name).has_value();
  });
  return any_theirs && !any_official ? Naming::hugging_face : Naming::official;
}

std::string label_of(const NamedModel& model) {
  return model.prefix.empty() ? "nothing" : fmt::format("\"{}\"", printable(model.prefix));
}

std::string where(const std::shared_ptr<const Checkpoint>& file, const std::string& tensor) {
  return shown(file->path()) + ": tensor " + printable(tensor);
}

constexpr std::string_view scale_suffix = "_scale";

/// The scales of tensor `name` of 8-bit integers, if the file has them.
std::optional<TensorView> scale_of(const Checkpoint& file, const std::string& name) {
  const auto& tensors = file.tensors();
  const auto found = tensors.find(name);
  if (found == tensors.end() || found->second.dtype != DType::i8) return std::nullopt;
  const auto scale = tensors.find(name + std::string(scale_suffix));
  if (scale == tensors.end() || !is_floating(scale->second.dtype)) return std::nullopt;
  return scale->second;
}

/// True when the tensor belongs to another one of the file as its scales.
bool is_scale(const Checkpoint& file, const std::string& name) {
  return name.ends_with(scale_suffix) &&
         scale_of(file, name.substr(0, name.size() - scale_suffix.size())).has_value();
}

std::optional<std::string> text_of(const Checkpoint& file, const char* name) {
  const auto found = file.metadata().find(name);
  if (found == file.metadata().end()) return std::nullopt;
  if (found->second.size() > largest_text) {
    fail(ErrorKind::model, "{}: metadata {} has {} bytes, expected at most {}", shown(file.path()),
         name, found->second.size(), largest_text);
  }
  return found->second;
}

int64_t rows_of(const Shape& shape) { return shape.rank() == 0 ? 1 : shape[0]; }

/// Rows [begin, end) of 8-bit integers times their scales.
void scale_rows(const TensorView& integers, const TensorView& scale, int64_t begin, int64_t end,
                float* out) {
  TensorView own = scale;
  own.data += static_cast<size_t>(begin) * size_of(own.dtype);
  own.shape = {end - begin};
  std::vector<float> scales(static_cast<size_t>(end - begin));
  to_float(own, scales.data());
  const int64_t length = integers.shape.rank() == 0 ? 1 : integers.shape.row_elements();
  for (int64_t row = begin; row < end; ++row) {
    const float factor = scales[static_cast<size_t>(row - begin)];
    const std::byte* from = integers.data + row * length;
    for (int64_t i = 0; i < length; ++i)
      *out++ = static_cast<float>(std::to_integer<int8_t>(from[i])) * factor;
  }
}

/// Elements whose exponent bits are all set. `Bits` is an unsigned integer of the element's size.
template <typename Bits>
int64_t count_saturated(const TensorView& view, Bits exponent) {
  const auto elements = static_cast<size_t>(view.shape.elements());
  int64_t count = 0;
  for (size_t i = 0; i < elements; ++i) {
    Bits bits;
    std::memcpy(&bits, view.data + i * sizeof(Bits), sizeof(Bits));
    count += (bits & exponent) == exponent ? 1 : 0;
  }
  return count;
}

int64_t count_non_finite(const TensorView& view) {
  switch (view.dtype) {
    case DType::f64:
      return count_saturated<uint64_t>(view, uint64_t{0x7FF} << 52);
    case DType::f32:
      return count_saturated<uint32_t>(view, 0x7F800000U);
    case DType::f16:
      return count_saturated<uint16_t>(view, 0x7C00U);
    case DType::bf16:
      return count_saturated<uint16_t>(view, 0x7F80U);
    default:
      return 0;
  }
}

}  // namespace

WeightSet WeightSet::open(const std::filesystem::path& file_or_folder, NameTables tables) {
  WeightSet set;
  set.path_ = file_or_folder;
  std::error_code ignored;
  if (std::filesystem::is_directory(file_or_folder, ignored)) {
    ModelFolder folder = open_model_folder(file_or_folder, tables);
    set.config_ = std::move(folder.config);
    set.preprocessor_config_ = std::move(folder.preprocessor_config);
    set.nested_preprocessor_ = folder.nested_preprocessor;
    set.add_files(folder.files, tables);
  } else {
    const std::shared_ptr<const Checkpoint> file = open_checkpoint(file_or_folder, tables);
    set.config_ = text_of(*file, config_name);
    set.preprocessor_config_ = text_of(*file, preprocessor_config_name);
    set.add_files({file}, tables);
  }
  return set;
}

std::string WeightSet::place_of(std::string_view text_name) const {
  std::error_code ignored;
  const bool folder = std::filesystem::is_directory(path_, ignored);
  if (nested_preprocessor_ && text_name == preprocessor_config_name) {
    return fmt::format("{}/{}: image_processor", path_text(), processor_config_name);
  }
  return fmt::format("{}{}{}", path_text(), folder ? "/" : ": metadata ", text_name);
}

OwnNames WeightSet::choose_names(const std::vector<std::string_view>& names, NameTables tables) {
  const std::vector<NamedModel> models = find_models(names, tables);
  if (!models.empty()) {
    names_ = models[0].table;
  } else if (!tables.empty()) {
    names_ = tables.front();
  }
  // Behind a prefix, parts of a model may belong to another one that only resembles it.
  const bool usable = !models.empty() && (models[0].whole || models[0].prefix.empty());
  if (!usable) return OwnNames::of_unknown(names);
  std::vector<std::string> labels;
  for (const NamedModel& model : models) {
    if (model.whole) labels.push_back(label_of(model));
  }
  if (labels.size() < 2) return {models, 0};
  const std::optional<size_t> chosen = preferred_model(labels);
  if (!chosen) {
    fail(ErrorKind::model,
         "{}: holds several models, whose names begin with {}: which one is meant is not said; "
         "save the one that is wanted by itself",
         path_text(), fmt::join(labels, " and with "));
  }
  notes_.push_back(fmt::format("{}: using the averaged weights, whose names begin with {}, not {}",
                               path_text(), labels[*chosen], labels[1 - *chosen]));
  return {models, *chosen};
}

void WeightSet::add_files(const Files& files, NameTables tables) {
  for (const auto& file : files) {
    if (!file->choice().empty()) {
      notes_.push_back(fmt::format("{}: {}", shown(file->path()), file->choice()));
    }
  }
  const auto wrapped = std::find_if(files.begin(), files.end(),
                                    [](const auto& file) { return !file->place().empty(); });
  if (wrapped != files.end()) unwrapped_.push_back("dictionary " + (*wrapped)->place());
  const std::vector<std::string_view> names = names_of(files);
  const OwnNames own_names = choose_names(names, tables);
  if (!own_names.taken_off().empty()) unwrapped_.push_back(own_names.taken_off());
  std::vector<std::string> own;
  for (const std::string_view name : names) {
    if (auto found = own_names.own(name)) own.push_back(std::move(*found));
  }
  naming_ = find_naming(*names_, own);
  for (const auto& file : files) add_file(file, own_names);
  for (auto& [key, entry] : entries_) join_parts(key, entry);
}

void WeightSet::add_file(const std::shared_ptr<const Checkpoint>& file, const OwnNames& names) {
  for (const auto& [name, view] : file->tensors()) {
    std::optional<std::string> own = names.own(name);
    if (!own || is_scale(*file, name)) continue;
    OfficialName target{std::move(*own)};
    if (naming_ == Naming::hugging_face) target = names_->to_official(target.name).value_or(target);
    const std::optional<TensorView> scale = scale_of(*file, name);
    if (scale && scale->shape.elements() != rows_of(view.shape)) {
      fail(ErrorKind::model, "{}: has {} scales for {} rows", where(file, name),
           scale->shape.elements(), rows_of(view.shape));
    }
    add_part(target, {file, view, name, scale});
  }
}

void WeightSet::add_part(const OfficialName& target, Part part) {
  std::vector<Part>& parts = entries_[target.name].parts;
  parts.resize(static_cast<size_t>(target.parts));
  Part& place = parts[static_cast<size_t>(target.part)];
  if (place.file != nullptr) {
    fail(ErrorKind::model, "{}: is the same tensor as {} of {}", where(part.file, part.name),
         printable(place.name), shown(place.file->path()));
  }
  place = std::move(part);
}

/// Checks that the parts fit and computes the joined shape.
void WeightSet::join_parts(const std::string& key, Entry& entry) {
  const auto present = std::find_if(entry.parts.begin(), entry.parts.end(),
                                    [](const Part& part) { return part.file != nullptr; });
  entry.shape = present->view.shape;
  if (entry.parts.size() == 1) return;
  const std::vector<std::string> names =
      names_->to_hugging_face(key, [this](std::string_view other) { return contains(other); });
  int64_t rows = 0;
  for (size_t i = 0; i < entry.parts.size(); ++i) {
    const Part& part = entry.parts[i];
    if (part.file == nullptr) {
      fail(ErrorKind::model, "{}: tensor {} is missing (found {})", shown(present->file->path()),
           printable(names[i]), printable(present->name));
    }
    const Shape& shape = part.view.shape;
    const bool fits = shape.rank() >= 1 && shape.rank() == entry.shape.rank() &&
                      std::equal(shape.begin() + 1, shape.end(), entry.shape.begin() + 1);
    if (!fits || part.view.dtype != present->view.dtype) {
      fail(ErrorKind::model, "{}: {} {} cannot be joined with {} {} of {}",
           where(part.file, part.name), name_of(part.view.dtype), shape.text(),
           name_of(present->view.dtype), entry.shape.text(), printable(present->name));
    }
    rows += shape[0];
  }
  entry.shape[0] = rows;
}

const WeightSet::Entry& WeightSet::entry(std::string_view key) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) {
    fail(ErrorKind::model, "{}: tensor {} is missing", path_text(), printable(key));
  }
  return found->second;
}

bool WeightSet::contains(std::string_view key) const { return entries_.contains(key); }

std::vector<std::string> WeightSet::keys() const {
  std::vector<std::string> keys;
  keys.reserve(entries_.size());
  for (const auto& [key, unused] : entries_) keys.push_back(key);
  return keys;
}

Shape WeightSet::shape(std::string_view key) const { return entry(key).shape; }

DType WeightSet::dtype(std::string_view key) const { return entry(key).parts[0].view.dtype; }

bool WeightSet::is_readable(const Part& part) {
  return is_floating(part.view.dtype) || part.scale.has_value();
}

bool WeightSet::is_readable(std::string_view key) const {
  const std::vector<Part>& parts = entry(key).parts;
  return std::all_of(parts.begin(), parts.end(), [](const Part& p) { return is_readable(p); });
}

void WeightSet::read_rows(std::string_view key, int64_t first, int64_t count, float* out) const {
  for (const Part& part : entry(key).parts) {
    TensorView rows = part.view;
    if (!is_readable(part)) {
      fail(ErrorKind::model, "{}: expected floating-point elements, found {}",
           where(part.file, part.name), name_of(rows.dtype));
    }
    const int64_t extent = rows_of(rows.shape);
    const int64_t begin = std::clamp(first, int64_t{0}, extent);
    const int64_t end = std::clamp(first + count, int64_t{0}, extent);
    first -= extent;  // counted from the next part's beginning
    if (begin == end) continue;
    if (part.scale) {
      scale_rows(part.view, *part.scale, begin, end, out);
      out += (end - begin) * rows.shape.row_elements();
      continue;
    }
    rows.data += static_cast<size_t>(begin * rows.shape.row_elements()) * size_of(rows.dtype);
    rows.shape[0] = end - begin;
    to_float(rows, out);
    out += rows.shape.elements();
  }
}

void WeightSet::release(std::string_view key) const {
  for (const Part& part : entry(key).parts) part.file->release(part.view);
}

int64_t WeightSet::count_non_finite(std::string_view key) const {
  int64_t count = 0;
  for (const Part& part : entry(key).parts) {
    count += weights::count_non_finite(part.view);
    if (part.scale) count += weights::count_non_finite(*part.scale);
  }
  return count;
}

uint64_t WeightSet::bytes() const {
  uint64_t total = 0;
  for (const auto& [key, entry] : entries_) {
    for (const Part& part : entry.parts)
      total += part.view.bytes() + (part.scale ? part.scale->bytes() : 0);
  }
  return total;
}

std::string WeightSet::path_text() const { return shown(path_); }

std::string WeightSet::file_name() const {
  // "folder/" has an empty last component.
  return (path_.has_filename() ? path_ : path_.parent_path()).filename().string();
}

}  // namespace dpt::weights
