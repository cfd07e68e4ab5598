#include "eval/report/results.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace dpt::eval {

namespace {

template <typename T>
void append(std::vector<T>& all, std::vector<T> part) {
  all.insert(all.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
}

bool in_front(const auto& a, const auto& b) { return a.index < b.index; }

std::string value_of(const Setting& setting, const std::string& key) {
  for (const auto& [name, value] : setting) {
    if (name == key) return value;
  }
  return "not given";
}

/// Throws Error(input) unless both are parts of one evaluation.
void check_same(const Results& results, const Results& part, const std::string& name) {
  if (part.task != results.task) {
    fail(ErrorKind::input, "{}: is of another task than the first file", name);
  }
  for (const Setting* setting : {&results.setting, &part.setting}) {
    for (const auto& [key, value] : *setting) {
      const std::string here = value_of(part.setting, key);
      const std::string first = value_of(results.setting, key);
      if (here == first) continue;
      fail(ErrorKind::input, "{}: {} is {}, that of the first file {}", name, printable(key),
           printable(here), printable(first));
    }
  }
  const auto check_count = [&](size_t here, size_t first, const char* what) {
    if (here == first) return;
    fail(ErrorKind::input, "{}: is of another data set than the first file, with {} {} and not {}",
         name, here, what, first);
  };
  check_count(part.samples, results.samples, "pictures");
  check_count(part.missing, results.missing, "more without truth");
  if (part.classes != results.classes) {
    fail(ErrorKind::input, "{}: has other names of classes than the first file", name);
  }
}

void add_counts(Confusion& counts, const Confusion& part, const std::string& name) {
  try {
    counts.add(part);
  } catch (const Error& error) {
    fail(ErrorKind::input, "{}: with the files before it {}", name, error.what());
  }
}

void add_indices(const Results& results, std::vector<size_t>& indices) {
  for (const PictureResult& picture : results.pictures) indices.push_back(picture.index);
  for (const FailedPicture& picture : results.failed) indices.push_back(picture.index);
}

/// Throws Error(input) where a picture is there twice in both together.
void refuse_common(const Results& results, const Results& part, const std::string& name) {
  std::vector<size_t> indices;
  add_indices(results, indices);
  add_indices(part, indices);
  std::sort(indices.begin(), indices.end());
  const auto twice = std::adjacent_find(indices.begin(), indices.end());
  if (twice != indices.end()) {
    fail(ErrorKind::input, "{}: picture {} of the data set is there twice", name, *twice);
  }
}

void sort_by_index(Results& results) {
  std::sort(results.pictures.begin(), results.pictures.end(),
            in_front<PictureResult, PictureResult>);
  std::sort(results.failed.begin(), results.failed.end(), in_front<FailedPicture, FailedPicture>);
}

}  // namespace

std::span<const FigureName> figure_names(EvalTask task) {
  if (task == EvalTask::depth) return depth_figure_names;
  return label_figure_names;
}

std::vector<double> summary_of(const Results& results) {
  if (results.task == EvalTask::segmentation) {
    if (!results.confusion) return std::vector<double>(label_figure_count, std::nan(""));
    const LabelFigures figures = results.confusion->figures();
    return {figures.pixel_accuracy, figures.mean_accuracy, figures.mean_iou};
  }
  std::vector<double> means;
  for (size_t f = 0; f < depth_figure_count; ++f) {
    double sum = 0;
    double count = 0;
    for (const PictureResult& picture : results.pictures) {
      if (std::isnan(picture.figures[f])) continue;
      sum += picture.figures[f];
      count += 1;
    }
    means.push_back(count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN());
  }
  return means;
}

size_t skipped_in(const Results& results) {
  return static_cast<size_t>(std::count_if(
      results.pictures.begin(), results.pictures.end(), [](const PictureResult& picture) {
        return std::all_of(picture.figures.begin(), picture.figures.end(),
                           [](double figure) { return std::isnan(figure); });
      }));
}

void put_in_order(Results& results, const std::string& name) {
  refuse_common(results, {}, name);
  sort_by_index(results);
}

void merge(Results& results, Results part, const std::string& name) {
  check_same(results, part, name);
  refuse_common(results, part, name);
  // The last that may fail, and then adds nothing.
  if (part.confusion && results.confusion) add_counts(*results.confusion, *part.confusion, name);
  append(results.pictures, std::move(part.pictures));
  append(results.failed, std::move(part.failed));
  sort_by_index(results);
}

}  // namespace dpt::eval
