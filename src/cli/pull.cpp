// dpt models pull: the program dpt-pull.
#include <algorithm>

#include "base/error.h"
#include "base/file/file.h"
#include "base/json.h"
#include "base/settings.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/find_model.h"
#include "cli/model_store.h"
#include "cli/pull_options.h"
#include "cli/registry.h"
#include "net/download.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char* usual_endpoint = "https://huggingface.co";
constexpr size_t commit_digits = 40;
constexpr size_t sha256_digits = 64;

bool is_hex(const std::string& text, size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

class Puller {
 public:
  explicit Puller(Console& console) : console_(console) {}

  /// Gives where the model is then, and tells what came.
  fs::path pull(const std::string& name) {
    fetched_ = 0;
    fs::path place = find_or_fetch(name);
    const std::string bytes = fmt::format("{:.1f} MiB", static_cast<double>(fetched_) / mebibyte);
    console_.summary(
        fetched_ > 0 ? fmt::format("pulled {} ({}, {})", printable(name), bytes, console_.elapsed())
                     : fmt::format("{} is here already", printable(name)));
    return place;
  }

 private:
  static constexpr int64_t mebibyte = int64_t{1} << 20;

  fs::path find_or_fetch(const std::string& name) {
    if (const auto repo = parse_hf(name)) return pull_repo(*repo);
    const Registry registry(models_folder());
    const KnownModel& model = registry.get(name);
    if (const auto path = registry.locate(model)) return *path;
    if (!model.file.empty() && !model.url.empty()) return pull_file(model);
    if (!model.repo.empty()) return pull_repo({model.repo});
    fail(ErrorKind::model, "{}: nobody publishes it at a fixed address{}{}", model.name,
         model.notes.empty() ? "" : ": ", model.notes);
  }

  void check_online(const std::string& name) {
    if (settings().hf_offline) {
      fail(ErrorKind::input, "{}: is not here, and HF_HUB_OFFLINE is set", printable(name));
    }
  }

  fs::path pull_file(const KnownModel& model) {
    check_online(model.name);
    fs::path target = store_folder() / model.file;
    fetch({model.url, ""}, target, {model.bytes, model.sha256, model.sha256_prefix}, model.name);
    return target;
  }

  void fetch(const net::Request& request, const fs::path& target, const net::Expectation& expected,
             const std::string& name) {
    net::download(request, target, expected, [&](int64_t done, int64_t total) {
      console_.progress(static_cast<size_t>(done / mebibyte),
                        static_cast<size_t>(std::max(total, done) / mebibyte), name + " (MiB)");
    });
    console_.end_progress();
    std::error_code ignored;
    fetched_ += static_cast<int64_t>(fs::file_size(target, ignored));
  }

  struct Snapshot {
    std::string commit;
    std::vector<std::string> files;  ///< that a model needs
  };

  std::string endpoint() const {
    std::string address = settings().hf_endpoint.value_or(usual_endpoint);
    while (address.ends_with('/')) address.pop_back();
    return address;
  }

  net::Request ask(const std::string& path) const {
    return {endpoint() + path, settings().hf_token.value_or("")};
  }

  Snapshot look_up(const HfRepo& repo) {
    const net::Request request =
        ask(fmt::format("/api/models/{}/revision/{}", repo.name, repo.revision));
    const std::string body = net::get(request).body;
    Snapshot snapshot;
    std::vector<std::string> all;
    try {
      const Json answer = Json::parse(body);
      snapshot.commit = answer.at("sha").text();
      for (const auto& file : answer.at("siblings").items()) {
        all.push_back(file.at("rfilename").text());
      }
    } catch (const Json::Exception&) {
      fail(ErrorKind::input, "{}: the answer is not that of a Hugging Face server",
           printable(request.url, 1000));
    }
    if (!is_hex(snapshot.commit, commit_digits)) {
      fail(ErrorKind::input, "{}: the answer has no commit", printable(request.url, 1000));
    }
    snapshot.files = files_needed(repo, all);
    return snapshot;
  }

  /// Of the files of a repository: configuration and weights, safetensors rather than pickles. Only
  /// names without folders.
  static std::vector<std::string> files_needed(const HfRepo& repo,
                                               const std::vector<std::string>& all) {
    const auto has = [&](const std::string& name) {
      return std::find(all.begin(), all.end(), name) != all.end();
    };
    std::vector<std::string> files = {"config.json"};
    for (const char* name : {"preprocessor_config.json", "processor_config.json"}) {
      if (has(name)) files.emplace_back(name);
    }
    struct Form {
      std::string one, shard, extension;
    };
    for (const Form& form : {Form{"model.safetensors", "model-", ".safetensors"},
                             Form{"pytorch_model.bin", "pytorch_model-", ".bin"}}) {
      const std::string index = form.one + ".index.json";
      if (has(form.one)) {
        files.push_back(form.one);
        break;
      }
      if (!has(index)) continue;
      files.push_back(index);
      for (const std::string& name : all) {
        const bool is_shard = name.starts_with(form.shard) && name.ends_with(form.extension) &&
                              name.find('/') == std::string::npos;
        if (is_shard) files.push_back(name);
      }
      break;
    }
    if (!has("config.json") || files.back().ends_with("config.json")) {
      fail(ErrorKind::model,
           "hf:{}: the repository has no config.json with model.safetensors or "
           "pytorch_model.bin",
           repo.name);
    }
    return files;
  }

  fs::path pull_repo(const HfRepo& repo) {
    check_online("hf:" + repo.name);
    const Snapshot snapshot = look_up(repo);
    const fs::path folder = folder_of(repo);
    fs::path place = folder / "snapshots" / snapshot.commit;
    std::error_code error;
    fs::create_directories(place, error);
    // config.json last: a snapshot that has it is whole.
    for (auto file = snapshot.files.rbegin(); file != snapshot.files.rend(); ++file) {
      pull_blob(repo, snapshot.commit, *file, folder);
    }
    fs::create_directories(folder / "refs", error);
    write_file(folder / "refs" / repo.revision, std::as_bytes(std::span(snapshot.commit)));
    return place;
  }

  void pull_blob(const HfRepo& repo, const std::string& commit, const std::string& file,
                 const fs::path& folder) {
    const fs::path link = folder / "snapshots" / commit / file;
    std::error_code error;
    if (fs::exists(link, error)) return;
    const net::Request request = ask(fmt::format("/{}/resolve/{}/{}", repo.name, commit, file));
    const auto headers = net::head(request).headers;
    const auto header = [&](const char* name) {
      const auto found = headers.find(name);
      return found == headers.end() ? std::string() : found->second;
    };
    std::string tag = header("x-linked-etag").empty() ? header("etag") : header("x-linked-etag");
    if (tag.starts_with("W/")) tag.erase(0, 2);
    std::erase(tag, '"');
    const bool is_sha256 = is_hex(tag, sha256_digits);
    if (!is_sha256 && !is_hex(tag, commit_digits)) {
      fail(ErrorKind::input, "{}: the server tells no hash", printable(request.url, 1000));
    }
    net::Expectation expected;
    if (is_sha256) expected.sha256 = tag;
    fetch(request, folder / "blobs" / tag, expected, file);
    fs::create_symlink(fs::path("../../blobs") / tag, link, error);
    if (error && error != std::errc::file_exists) {
      fail(ErrorKind::input, "{}: cannot create: {}", link.string(), error.message());
    }
  }

  Console& console_;
  int64_t fetched_ = 0;  // bytes of the files that came
};

int run_pull(const PullOptions& options) {
  Console console(options.quiet);
  Puller puller(console);
  for (const std::string& name : options.names) print_out(puller.pull(name).string() + "\n");
  return 0;
}

}  // namespace

void add_pull(Parser& app, Command& chosen) {
  auto options = std::make_shared<PullOptions>();
  Parser& models = *app.add_subcommand("models", "Known models");
  models.require_subcommand();
  Parser& command = add_pull_command(models, *options);
  command.callback(
      [options, &chosen] { chosen = [options](Interruption&) { return run_pull(*options); }; });
}

}  // namespace dpt::cli
