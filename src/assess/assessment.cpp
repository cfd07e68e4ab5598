#include "assess/assessment.h"

#include <string>
#include <utility>

#include "base/error.h"
#include "eval/report/html_report.h"

namespace dpt::assess {

Assessment::Assessment(const eval::Dataset& dataset, Plan plan, const Share& share)
    : dataset_(dataset), plan_(std::move(plan)) {
  eval::Results& results = plan_.results;
  results.setting.emplace_back("names", eval::hash_of_names(dataset));
  results.samples = dataset.samples.size();
  results.missing = dataset.missing;
  for (size_t i = 0; i < dataset.samples.size(); ++i) {
    if (!share.shard.holds(i)) continue;
    jobs_.push_back({dataset.samples[i].picture, {}});
    indices_.push_back(i);
  }
  for (const int threads : batch::share_threads(share.threads, share.jobs, jobs_.size())) {
    evaluators_.push_back(plan_.make(threads));
  }
}

void Assessment::evaluate(Evaluator& evaluator, size_t job) {
  eval::Results& results = plan_.results;
  const size_t index = indices_[job];
  const eval::Sample& sample = dataset_.samples[index];
  try {
    eval::PictureResult result = evaluator.evaluate(sample, index);
    result.index = index;
    result.picture = sample.name;
    const std::lock_guard lock(mutex_);
    results.pictures.push_back(std::move(result));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::input) {
      const std::lock_guard lock(mutex_);
      results.failed.push_back({index, sample.name, error.what()});
    }
    throw;
  }
}

batch::BatchResult Assessment::run(const batch::Callbacks& callbacks) {
  std::vector<batch::Worker> workers;
  for (const auto& evaluator : evaluators_) {
    workers.emplace_back([this, &evaluator](const batch::Job& job) {
      evaluate(*evaluator, static_cast<size_t>(&job - jobs_.data()));
      return batch::JobResult();
    });
  }
  const batch::BatchResult result = batch::run_jobs(jobs_, workers, callbacks);
  eval::put_in_order(plan_.results, "results");
  for (const auto& evaluator : evaluators_) {
    if (evaluator->confusion() != nullptr) plan_.results.confusion->add(*evaluator->confusion());
  }
  return result;
}

void Assessment::add_panels(size_t count, const std::function<void(std::string_view error)>& tell) {
  eval::Results& results = plan_.results;
  std::vector<const eval::PictureResult*> pictures = eval::worst_of(results, count);
  const std::vector<const eval::PictureResult*> best = eval::best_of(results, count);
  pictures.insert(pictures.end(), best.begin(), best.end());
  for (const eval::PictureResult* found : pictures) {
    eval::PictureResult& picture =
        results.pictures[static_cast<size_t>(found - results.pictures.data())];
    try {
      for (const eval::Panel& panel :
           evaluators_.front()->panels(dataset_.samples[picture.index], picture.index)) {
        picture.panels.push_back(eval::shown_panel(panel));
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::input) throw;
      tell(error.what());
    }
  }
}

bool counts_no_pixel(const eval::Results& results) {
  const bool is_whole = results.pictures.size() + results.failed.size() == results.samples;
  return is_whole && !results.pictures.empty() &&
         eval::skipped_in(results) == results.pictures.size();
}

}  // namespace dpt::assess
