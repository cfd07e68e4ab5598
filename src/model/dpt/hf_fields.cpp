#include "model/dpt/hf_fields.h"

#include <array>

namespace dpt::model {

namespace {

using enum Use;

constexpr auto dpt = std::to_array<FieldRule>({
    {"model_type", read},
    // The transformer.
    {"hidden_size", read},
    {"num_hidden_layers", read},
    {"num_attention_heads", read},
    {"intermediate_size", read},
    {"hidden_act", read},
    {"layer_norm_eps", read},
    {"image_size", read},
    {"patch_size", read},
    {"num_channels", fixed, "3"},
    {"qkv_bias", read},
    {"hidden_dropout_prob", without_effect},
    {"attention_probs_dropout_prob", without_effect},
    {"initializer_range", without_effect},
    {"pooler_output_size", without_effect},  // the pooler is no part of depth or segmentation
    {"pooler_act", without_effect},
    // The convolutional stem.
    {"is_hybrid", read},
    {"backbone_config", read},
    {"backbone_featmap_shape", read},
    {"backbone", fixed, "null"},
    {"use_timm_backbone", without_effect},  // these three say how `backbone` is loaded
    {"use_pretrained_backbone", without_effect},
    {"backbone_kwargs", without_effect},
    // The decoder.
    {"backbone_out_indices", read},
    {"readout_type", read},
    {"neck_ignore_stages", read},
    {"neck_hidden_sizes", read},
    {"reassemble_factors", read},
    {"fusion_hidden_size", read},
    {"use_batch_norm_in_fusion_residual", read},
    {"use_bias_in_fusion_residual", read},
    {"head_in_index", read},
    {"add_projection", read},
    {"use_auxiliary_head", without_effect},  // it gives no result
    {"auxiliary_loss_weight", without_effect},
    {"semantic_loss_ignore_index", without_effect},
    {"semantic_classifier_dropout", without_effect},
    // Ours, and one of transformers' Depth Anything, which says the same.
    {"metric_depth", read},
    {"depth_estimation_type", read},
    // Of early releases of transformers; nothing reads them.
    {"channels", without_effect},
    {"in_index", without_effect},
    {"expand_channels", without_effect},
    {"post_process_channels", without_effect},
});

constexpr auto bit = std::to_array<FieldRule>({
    {"model_type", fixed, "\"bit\""},
    {"num_channels", fixed, "3"},
    {"embedding_size", read},
    {"hidden_sizes", read},
    {"depths", read},
    {"layer_type", read},
    {"hidden_act", fixed, "\"relu\""},
    {"global_padding", read},
    {"num_groups", read},
    {"embedding_dynamic_padding", read},
    {"output_stride", read},
    {"width_factor", fixed, "1"},
    {"out_features", read},
    {"out_indices", read},
    {"stage_names", read},
    {"drop_path_rate", without_effect},
    {"_out_features", without_effect},  // transformers replaces them by the two without _
    {"_out_indices", without_effect},
});

}  // namespace

std::span<const FieldRule> dpt_fields() { return dpt; }
std::span<const FieldRule> bit_fields() { return bit; }

}  // namespace dpt::model
