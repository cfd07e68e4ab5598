#include "model/dpt/family.h"

#include <array>

#include "model/dpt/names.h"
#include "model/dpt/network.h"

namespace dpt::model {

namespace {

// Constants: run_monodepth.py of isl-org/DPT; they stand in no checkpoint.
constexpr MetricDepth kitti{0.00006016F, 0.00579F, 256.0F};
constexpr MetricDepth nyu{0.000305F, 0.1378F, 1000.0F};

constexpr std::array<ModelType, 5> types = {{{"dpt_large", 384, 384, std::nullopt},
                                             {"dpt_base", 384, 384, std::nullopt},
                                             {"dpt_hybrid", 384, 384, std::nullopt},
                                             {"dpt_hybrid_kitti", 1216, 352, kitti},
                                             {"dpt_hybrid_nyu", 640, 480, nyu}}};

bool recognises(const weights::WeightSet& weights) {
  return weights.contains("pretrained.model.pos_embed") &&
         weights.contains("scratch.layer1_rn.weight");
}

std::unique_ptr<Network> read(const weights::WeightSet& weights, const NetworkOptions& options) {
  DptConfig config = read_dpt_config(weights);
  if (options.standardization) config.standardization = *options.standardization;
  return std::make_unique<DptNetwork>(std::move(config));
}

}  // namespace

constinit const Family dpt_family{"dpt", &dpt_names, types, recognises, read};

}  // namespace dpt::model
