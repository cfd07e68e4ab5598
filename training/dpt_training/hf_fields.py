"""Fields of config.json that change what a network computes, and the values that this package trains.

Everything else in config.json decides no result (src/model/hf_fields.cpp has the whole list).
"""

from __future__ import annotations

from .errors import TrainingError
from .models.config import DEPTH, NORM_GROUPS, DptConfig

LARGEST_EPSILON = 1e-5  # of layer norms, which have 1e-6 here: less than their inputs' variances by far

# What transformers takes where a field is absent, and what is trained.
FIELDS = {
    "hidden_act": ("gelu", ("gelu",)),
    "num_channels": (3, (3,)),
    "qkv_bias": (True, (True,)),
    "backbone": (None, (None,)),
    "head_in_index": (-1, (-1, 3)),
    "per_layer_config": (None, (None,)),
    "tie_last_hidden_states": (None, (None, False)),
    "quantization_config": (None, (None,)),
    "pruned_heads": (None, (None, {})),
}
BIT_FIELDS = {
    "model_type": ("bit", ("bit",)),
    "num_channels": (3, (3,)),
    "layer_type": ("preactivation", ("bottleneck",)),
    "hidden_act": ("relu", ("relu",)),
    "global_padding": (None, ("SAME", "same")),
    "num_groups": (32, (NORM_GROUPS,)),
    "embedding_dynamic_padding": (False, (True,)),
    "output_stride": (32, (16, 32)),
    "width_factor": (1, (1,)),
}


def refuse_others(hf: dict, config: DptConfig, where: str) -> None:
    """Fails, naming the field, where config.json asks for another network than `config`."""
    own = {
        "hidden_size": config.width,
        "num_hidden_layers": config.blocks,
        "intermediate_size": config.mlp_width,
        "patch_size": config.patch,
        "fusion_hidden_size": config.fusion,
        "neck_hidden_sizes": list(config.reassemble),
        "is_hybrid": config.hybrid,
        "use_batch_norm_in_fusion_residual": config.batch_norm,
    }
    for name, value in own.items():
        _require(hf, name, value, (value,), where)
    _require(hf, "use_bias_in_fusion_residual", None, (None, config.residual_biases), where)
    for name, (standard, trained) in FIELDS.items():
        _require(hf, name, standard, trained, where)
    if config.tasks == (DEPTH,):
        _require(hf, "add_projection", False, (False,), where)
    factors = hf.get("reassemble_factors", [4, 2, 1, 0.5])
    if not isinstance(factors, list) or factors[2 * config.hybrid :] != [4, 2, 1, 0.5][2 * config.hybrid :]:
        raise TrainingError(f"{where}: reassemble_factors is {factors}, expected [4, 2, 1, 0.5]")
    if not 0 <= hf.get("layer_norm_eps", 0) <= LARGEST_EPSILON:
        raise TrainingError(f"{where}: layer_norm_eps is {hf['layer_norm_eps']}, expected at most {LARGEST_EPSILON}")
    bit = hf.get("backbone_config")
    if bit is not None and not config.hybrid:
        raise TrainingError(f"{where}: backbone_config: has another backbone than DPT-Large, -Base and -Hybrid")
    if config.hybrid and bit is not None:
        channels, depths = list(config.stage_channels), list(config.stages)
        own = {"embedding_size": config.stem, "hidden_sizes": channels, "depths": depths}
        for name, value in own.items():
            _require(bit, name, value, (value,), f"{where}: backbone_config")
        for name, (standard, trained) in BIT_FIELDS.items():
            _require(bit, name, standard, trained, f"{where}: backbone_config")


def _require(hf: dict, name: str, standard: object, trained: tuple, where: str) -> None:
    found = hf.get(name, standard)
    if found not in trained:
        raise TrainingError(f"{where}: {name} is {found}, expected {' or '.join(map(str, trained))}")
