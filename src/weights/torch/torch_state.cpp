#include "weights/torch/torch_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "weights/model_names.h"

namespace dpt::weights {

using Kind = PickleValue::Kind;

namespace {

/// A wrapper lies in a wrapper at most so often.
constexpr size_t deepest = 8;
constexpr size_t longest_tensor_name = 10'000;
constexpr size_t shown_keys = 5;

/// By their last value, since a later entry replaces an earlier one.
using Entries = std::map<std::string_view, PickleRef>;

Entries entries_of(const Pickle& pickle, const PickleValue& dict) {
  Entries entries;
  for (size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    const PickleValue& key = pickle[dict.items[i]];
    if (key.kind == Kind::text) entries[key.text] = dict.items[i + 1];
  }
  return entries;
}

/// A dictionary that can be reached from the root by texts.
struct Place {
  PickleRef dict = 0;
  std::string keys;  ///< `"a" in "b"`
  size_t depth = 0;
};

struct Candidate {
  Place place;
  NamedModel model;  ///< the one with most names
};

class StateSearch {
 public:
  StateSearch(const Pickle& pickle, const TorchUnpickler& unpickler, const Source& source)
      : pickle_(pickle), unpickler_(unpickler), source_(source) {}

  TorchState find(PickleRef root) {
    if (pickle_[root].kind != Kind::dict) {
      source_.fail("expected a state dictionary (names to tensors), found {}",
                   name_of(pickle_[root].kind));
    }
    look_through(root);
    keep_the_best();
    if (candidates_.empty()) return state_at(usual_place(root));
    std::vector<std::string> labels;
    for (const Candidate& candidate : candidates_) labels.push_back(label_of(candidate.place));
    const auto chosen = preferred_model(labels);
    if (!chosen) {
      source_.fail(
          "holds several models, under {}: which one is meant is not said; save the one that is "
          "wanted by itself",
          fmt::join(labels, " and under "));
    }
    TorchState state = state_at(candidates_[*chosen].place);
    if (labels.size() == 2) {
      state.choice = fmt::format("using the averaged weights under {}, not those under {}",
                                 labels[*chosen], labels[1 - *chosen]);
    }
    return state;
  }

 private:
  static std::string label_of(const Place& place) {
    return place.keys.empty() ? std::string("no key") : place.keys;
  }

  /// Breadth first, each dictionary once: one may contain itself.
  void look_through(PickleRef root) {
    std::set<PickleRef> seen = {root};
    std::vector<Place> places = {{root, "", 0}};
    for (size_t i = 0; i < places.size(); ++i) {
      const Place place = places[i];
      std::vector<std::string_view> names;
      for (const auto& [key, ref] : entries_of(pickle_, pickle_[place.dict])) {
        const Kind kind = pickle_[ref].kind;
        if (kind == Kind::tensor) names.push_back(key);
        if (kind != Kind::dict || place.depth == deepest || !seen.insert(ref).second) continue;
        places.push_back({ref, inner_keys(place, key), place.depth + 1});
      }
      const std::vector<NamedModel> models = find_models(names, source_.tables);
      if (!models.empty()) candidates_.push_back({place, models.front()});
    }
  }

  static std::string inner_keys(const Place& place, std::string_view key) {
    const std::string quoted = fmt::format("\"{}\"", printable(key, 60));
    return place.keys.empty() ? quoted : quoted + " in " + place.keys;
  }

  /// Whole models before parts of one (a shard's); of equal ones the first.
  void keep_the_best() {
    const bool any_whole = std::any_of(candidates_.begin(), candidates_.end(),
                                       [](const Candidate& c) { return c.model.whole; });
    std::vector<Candidate> kept;
    for (Candidate& candidate : candidates_) {
      if (any_whole && !candidate.model.whole) continue;
      const bool is_known = std::any_of(kept.begin(), kept.end(), [&](const Candidate& other) {
        return holds_the_same(other.place, candidate.place);
      });
      if (!is_known) kept.push_back(std::move(candidate));
    }
    candidates_ = std::move(kept);
  }

  bool holds_the_same(const Place& a, const Place& b) const {
    const Entries first = entries_of(pickle_, pickle_[a.dict]);
    const Entries second = entries_of(pickle_, pickle_[b.dict]);
    return std::equal(first.begin(), first.end(), second.begin(), second.end(),
                      [&](const auto& x, const auto& y) {
                        return x.first == y.first && are_the_same(x.second, y.second);
                      });
  }

  bool are_the_same(PickleRef a, PickleRef b) const {
    if (a == b) return true;
    if (pickle_[a].kind != Kind::tensor || pickle_[b].kind != Kind::tensor) return false;
    const TorchTensor& x = unpickler_.tensor(pickle_[a]);
    const TorchTensor& y = unpickler_.tensor(pickle_[b]);
    return unpickler_.storage(x).key == unpickler_.storage(y).key && x.type == y.type &&
           x.offset == y.offset && x.shape == y.shape && x.strides == y.strides;
  }

  /// Where the official loader and training programs have it, for models that nobody here knows.
  Place usual_place(PickleRef root) const {
    Place place{root, "", 0};
    for (; place.depth < deepest; ++place.depth) {
      const Entries entries = entries_of(pickle_, pickle_[place.dict]);
      const std::string_view key = usual_key(entries);
      if (key.empty()) break;
      place.keys = inner_keys(place, key);
      place.dict = entries.at(key);
    }
    return place;
  }

  std::string_view usual_key(const Entries& entries) const {
    for (const std::string_view key : {"model", "state_dict", "model_state_dict"}) {
      const auto found = entries.find(key);
      if (found != entries.end() && pickle_[found->second].kind == Kind::dict) return key;
    }
    if (entries.contains("optimizer")) {
      source_.fail(
          "a training checkpoint (key \"optimizer\") without a dictionary under \"model\" or "
          "\"state_dict\"");
    }
    return {};
  }

  TorchState state_at(const Place& place) const {
    TorchState state;
    state.place = place.keys;
    const Entries entries = entries_of(pickle_, pickle_[place.dict]);
    for (const auto& [name, ref] : entries) {
      if (pickle_[ref].kind != Kind::tensor) continue;
      if (name.size() > longest_tensor_name) {
        source_.fail("a tensor's name has {} bytes, more than the limit of {}", name.size(),
                     longest_tensor_name);
      }
      state.tensors.emplace(name, unpickler_.tensor(pickle_[ref]));
    }
    if (state.tensors.empty()) fail_empty(place, entries);
    return state;
  }

  [[noreturn]] void fail_empty(const Place& place, const Entries& entries) const {
    std::vector<std::string> keys;
    for (const auto& [key, ref] : entries) {
      if (keys.size() == shown_keys) break;
      keys.push_back(fmt::format("\"{}\"", printable(key, 60)));
    }
    const std::string where = place.keys.empty() ? "" : " under " + place.keys;
    const size_t count = pickle_[place.dict].items.size() / 2;
    source_.fail("the state dictionary{} holds no tensors ({} entries){}{}{}", where, count,
                 keys.empty() ? "" : ": ", fmt::join(keys, ", "),
                 keys.size() < entries.size() ? ", ..." : "");
  }

  const Pickle& pickle_;
  const TorchUnpickler& unpickler_;
  const Source& source_;
  std::vector<Candidate> candidates_;
};

}  // namespace

TorchState find_state(const Pickle& pickle, PickleRef root, const TorchUnpickler& unpickler,
                      const Source& source) {
  return StateSearch(pickle, unpickler, source).find(root);
}

}  // namespace dpt::weights
