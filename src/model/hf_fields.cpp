#include "model/hf_fields.h"

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

constexpr auto common = std::to_array<FieldRule>({
    {"id2label", read},
    {"num_labels", read},
    {"label2id", without_effect},
    {"per_layer_config", fixed, "null"},
    {"tie_last_hidden_states", fixed, "false"},
    {"pruned_heads", without_effect},  // the weights are what is left
    {"quantization_config", read},
    // How weights are stored says their file; how they are multiplied, --precision.
    {"dtype", without_effect},
    {"torch_dtype", without_effect},
    {"architectures", without_effect},
    {"transformers_version", without_effect},
    {"name_or_path", without_effect},
    {"_name_or_path", without_effect},
    {"_commit_hash", without_effect},
    {"problem_type", without_effect},
    {"output_hidden_states", without_effect},
    {"output_attentions", without_effect},
    {"return_dict", without_effect},
    {"use_return_dict", without_effect},
    {"chunk_size_feed_forward", without_effect},
    {"attn_implementation", without_effect},
    {"_attn_implementation", without_effect},
    {"_attn_implementation_internal", without_effect},
    {"_attn_implementation_autoset", without_effect},
    {"experts_implementation", without_effect},
    {"_experts_implementation", without_effect},
    {"_experts_implementation_internal", without_effect},
    {"finetuning_task", without_effect},
    {"task_specific_params", without_effect},
    {"torchscript", without_effect},
    {"use_bfloat16", without_effect},
    {"tf_legacy_loss", without_effect},
    // Text models and text generation; older releases wrote them into every configuration.
    {"is_encoder_decoder", without_effect},
    {"is_decoder", without_effect},
    {"add_cross_attention", without_effect},
    {"cross_attention_hidden_size", without_effect},
    {"tie_encoder_decoder", without_effect},
    {"tie_word_embeddings", without_effect},
    {"tokenizer_class", without_effect},
    {"prefix", without_effect},
    {"bos_token_id", without_effect},
    {"pad_token_id", without_effect},
    {"eos_token_id", without_effect},
    {"sep_token_id", without_effect},
    {"decoder_start_token_id", without_effect},
    {"max_length", without_effect},
    {"min_length", without_effect},
    {"do_sample", without_effect},
    {"early_stopping", without_effect},
    {"num_beams", without_effect},
    {"num_beam_groups", without_effect},
    {"diversity_penalty", without_effect},
    {"temperature", without_effect},
    {"top_k", without_effect},
    {"top_p", without_effect},
    {"typical_p", without_effect},
    {"repetition_penalty", without_effect},
    {"length_penalty", without_effect},
    {"no_repeat_ngram_size", without_effect},
    {"encoder_no_repeat_ngram_size", without_effect},
    {"bad_words_ids", without_effect},
    {"num_return_sequences", without_effect},
    {"output_scores", without_effect},
    {"return_dict_in_generate", without_effect},
    {"forced_bos_token_id", without_effect},
    {"forced_eos_token_id", without_effect},
    {"remove_invalid_values", without_effect},
    {"exponential_decay_length_penalty", without_effect},
    {"suppress_tokens", without_effect},
    {"begin_suppress_tokens", without_effect},
    {"use_cache", without_effect},
});

}  // namespace

std::span<const FieldRule> dpt_fields() { return dpt; }
std::span<const FieldRule> bit_fields() { return bit; }
std::span<const FieldRule> common_fields() { return common; }

}  // namespace dpt::model
