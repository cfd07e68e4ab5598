#include "store/pull/pull.h"

#include <algorithm>
#include <span>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/file/file.h"
#include "base/json.h"
#include "net/download.h"
#include "weights/model_files.h"

namespace dpt::store {

namespace fs = std::filesystem;

namespace {

constexpr size_t commit_digits = 40;
constexpr size_t sha256_digits = 64;

bool is_hex(const std::string& text, size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// The repository at a commit.
struct Listing {
  std::string commit;
  std::vector<std::string> files;  ///< with the folders that they are in

  bool has(const std::string& name) const {
    return std::find(files.begin(), files.end(), name) != files.end();
  }
};

class Puller {
 public:
  Puller(const CacheFolders& cache, const Hub& hub, const PullEvents& events)
      : cache_(cache), hub_(hub), events_(events) {}

  fs::path pull_known(const Registry& registry, const KnownModel& model) {
    if (const auto path = registry.locate(model)) return *path;
    if (!model.file.empty() && !model.url.empty()) return pull_file(model);
    if (!model.repo.empty()) return pull_repo({model.repo});
    fail(ErrorKind::model, "{}: nobody publishes it at a fixed address{}{}", model.name,
         model.notes.empty() ? "" : ": ", model.notes);
  }

  fs::path pull_repo(const HfRepo& repo) {
    check_online("hf:" + repo.name);
    const Listing listing = look_up(repo);
    const weights::FolderChoice choice = choose(repo, listing);
    const fs::path folder = folder_of(cache_, repo);
    fs::path place = folder / "snapshots" / listing.commit;
    std::error_code error;
    fs::create_directories(place, error);
    pull_blob(repo, listing.commit, choice.weights, folder);
    if (choice.is_index) {
      for (const std::string& shard : shards(repo, listing, place / choice.weights)) {
        pull_blob(repo, listing.commit, shard, folder);
      }
    }
    // config.json, the first, comes last: a snapshot that has it is whole.
    for (auto name = choice.configs.rbegin(); name != choice.configs.rend(); ++name) {
      pull_blob(repo, listing.commit, *name, folder);
    }
    fs::create_directories(folder / "refs", error);
    write_file(folder / "refs" / repo.revision_or_main(), std::as_bytes(std::span(listing.commit)));
    return place;
  }

  int64_t fetched() const { return fetched_; }

 private:
  void check_online(const std::string& name) const {
    if (hub_.offline) {
      fail(ErrorKind::input, "{}: is not here, and {}", printable(name), *hub_.offline);
    }
  }

  fs::path pull_file(const KnownModel& model) {
    check_online(model.name);
    fs::path target = cache_.need_checkpoints() / model.file;
    fetch({model.url, ""}, target, {model.bytes, model.sha256, model.sha256_prefix}, model.name);
    return target;
  }

  void fetch(const net::Request& request, const fs::path& target, const net::Expectation& expected,
             const std::string& name) {
    net::download(request, target, expected, [&](int64_t done, int64_t total) {
      if (events_.progress) events_.progress(name, done, total);
    });
    if (events_.file_done) events_.file_done();
    std::error_code ignored;
    fetched_ += static_cast<int64_t>(fs::file_size(target, ignored));
  }

  net::Request ask(const std::string& path) const {
    std::string address = hub_.endpoint;
    while (address.ends_with('/')) address.pop_back();
    return {address + path, hub_.token};
  }

  Listing look_up(const HfRepo& repo) const {
    const net::Request request =
        ask(fmt::format("/api/models/{}/revision/{}", repo.name, repo.revision_or_main()));
    const std::string body = net::get(request).body;
    Listing listing;
    try {
      const Json answer = Json::parse(body);
      listing.commit = answer.at("sha").text();
      for (const auto& file : answer.at("siblings").items()) {
        listing.files.push_back(file.at("rfilename").text());
      }
    } catch (const Json::Exception&) {
      fail(ErrorKind::input, "{}: the answer is not that of a Hugging Face server",
           printable(request.url, 1000));
    }
    if (!is_hex(listing.commit, commit_digits)) {
      fail(ErrorKind::input, "{}: the answer has no commit", printable(request.url, 1000));
    }
    return listing;
  }

  static weights::FolderChoice choose(const HfRepo& repo, const Listing& listing) {
    auto choice = weights::choose_files([&](const std::string& name) { return listing.has(name); });
    if (!choice || !listing.has(weights::config_name)) {
      fail(ErrorKind::model,
           "hf:{}: the repository has no config.json with model.safetensors or "
           "pytorch_model.bin",
           repo.name);
    }
    return *std::move(choice);
  }

  /// What the index says, whatever the shards are called.
  static std::vector<std::string> shards(const HfRepo& repo, const Listing& listing,
                                         const fs::path& index) {
    std::vector<std::string> names = weights::shard_names(index);
    for (const std::string& name : names) {
      if (listing.has(name)) continue;
      fail(ErrorKind::model, "hf:{}: {} names the file {}, which the repository has not", repo.name,
           index.filename().string(), printable(name));
    }
    return names;
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

  const CacheFolders& cache_;
  const Hub& hub_;
  const PullEvents& events_;
  int64_t fetched_ = 0;  // bytes of the files that came
};

}  // namespace

Pulled pull_model(const std::string& name, const CacheFolders& cache, const Hub& hub,
                  const std::function<Registry()>& registry, const PullEvents& events) {
  Puller puller(cache, hub, events);
  if (const auto repo = parse_hf(name)) {
    fs::path place = puller.pull_repo(*repo);
    return {std::move(place), puller.fetched()};
  }
  const Registry known = registry();
  fs::path place = puller.pull_known(known, known.get(name));
  return {std::move(place), puller.fetched()};
}

}  // namespace dpt::store
