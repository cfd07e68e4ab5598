#include "model/hf_fields.h"

#include <array>

namespace dpt::model {

namespace {

using enum Use;

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

std::span<const FieldRule> common_fields() { return common; }

}  // namespace dpt::model
