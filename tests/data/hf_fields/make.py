"""Makes cases.json and expected.safetensors: what transformers does with every field of config.json (DPTConfig and
BitConfig) and of preprocessor_config.json (DPTImageProcessor).

python make.py (torch 2.15, transformers 5.23, pillow 13, numpy; PYTHONPATH=training for the names of tensors)

cases.json: models (config.json and tensors of each), and cases, each a model with some fields changed. Its outcome:
"same" as the model's, "differs", or "fails" in transformers. A case with tensors of its own has them hashed as the
test's support does; others change the text alone. expected.safetensors: `network/CASE` for the hashed input 1x3x64x64,
`depth/CASE` and `labels/CASE` for the picture brought to 64x64 and the result to the picture's size, `input/CASE`
(3 x height x width) of the processor.
"""

import copy
import dataclasses
import json
import warnings
from pathlib import Path

import numpy as np
import torch
import transformers
from dpt_training import names
from PIL import Image
from safetensors.numpy import save_file
from transformers import BitConfig, DPTConfig, DPTForDepthEstimation, DPTForSemanticSegmentation
from transformers.models.dpt.image_processing_pil_dpt import DPTImageProcessorPil

warnings.simplefilter("ignore")
transformers.logging.set_verbosity_error()
HERE = Path(__file__).parent
PICTURE = Image.open(HERE.parent / "images" / "chelsea.png").convert("RGB").crop((100, 50, 190, 130))
SIDE = 64

VIT = {
    "model_type": "dpt", "hidden_size": 64, "num_hidden_layers": 5, "num_attention_heads": 2, "intermediate_size": 96,
    "hidden_act": "gelu", "layer_norm_eps": 1e-6, "image_size": 64, "patch_size": 16, "num_channels": 3,
    "qkv_bias": True, "is_hybrid": False, "backbone_config": None, "backbone_out_indices": [0, 1, 2, 4],
    "readout_type": "project", "reassemble_factors": [4, 2, 1, 0.5], "neck_hidden_sizes": [16, 24, 32, 48],
    "neck_ignore_stages": [], "fusion_hidden_size": 16, "head_in_index": -1,
    "use_batch_norm_in_fusion_residual": False, "use_bias_in_fusion_residual": None, "add_projection": False,
}  # fmt: skip
BIT = {
    "model_type": "bit", "depths": [1, 1, 2], "hidden_sizes": [64, 96, 128], "embedding_size": 32,
    "global_padding": "SAME", "layer_type": "bottleneck", "hidden_act": "relu", "num_channels": 3, "num_groups": 8,
    "embedding_dynamic_padding": True, "output_stride": 32, "width_factor": 1, "drop_path_rate": 0.0,
    "out_features": ["stage1", "stage2", "stage3"], "out_indices": [1, 2, 3],
}  # fmt: skip
HYBRID = {
    **VIT, "is_hybrid": True, "backbone_config": BIT, "backbone_featmap_shape": [1, 128, 4, 4],
    "neck_ignore_stages": [0, 1], "reassemble_factors": [1, 1, 1, 0.5], "neck_hidden_sizes": [64, 96, 32, 48],
}  # fmt: skip
SEGMENT = {
    **VIT, "use_batch_norm_in_fusion_residual": True, "id2label": {str(i): f"thing {i}" for i in range(5)},
    "label2id": {f"thing {i}": i for i in range(5)},
}  # fmt: skip
PROCESSOR = {
    "image_processor_type": "DPTImageProcessor", "do_resize": True, "size": {"height": 32, "width": 48},
    "keep_aspect_ratio": False, "ensure_multiple_of": 1, "resample": 2, "do_rescale": True, "rescale_factor": 1 / 255,
    "do_normalize": True, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "do_pad": False,
}  # fmt: skip
ABSENT = "(absent)"  # a value that takes the field out of the file
MODELS = {"vit": VIT, "hybrid": HYBRID, "segment": SEGMENT}

# Values to try for every field; None is JSON's null. OWN are tried with tensors of their own.
DPT = {
    "hidden_size": [32], "num_hidden_layers": [4, 6], "num_attention_heads": [1, 4, 5, None], "intermediate_size": [64],
    "hidden_act": ["relu", "quick_gelu", "gelu_new"], "hidden_dropout_prob": [0.5],
    "attention_probs_dropout_prob": [0.5], "initializer_range": [0.5], "layer_norm_eps": [0.1, 1e-12],
    "image_size": [96, [64, 64], [32, 128], [32, 64]], "patch_size": [8, 32, [16, 16]], "num_channels": [1, 4],
    "qkv_bias": [False, None], "is_hybrid": [True], "backbone_config": [BIT],
    "backbone_out_indices": [[4, 2, 1, 0], [0, 1, 3, 4], [1, 1, 2, 3], [0, 1, 2, 5], [0, 1, 2, -1], [1, 2, 3], None],
    "readout_type": ["add", "ignore", "other"],
    "reassemble_factors": [[4, 2, 1, 0.25], [4, 2, 1, 1], [2, 2, 1, 0.5], [4, 2, 1], [4, 2, 0, 0.5]],
    "neck_hidden_sizes": [[16, 24, 32, 32], [16, 24, 32]], "fusion_hidden_size": [32],
    "head_in_index": [-2, -3, -4, 0, 3, 4, -5], "use_batch_norm_in_fusion_residual": [True, None],
    "use_bias_in_fusion_residual": [False, True], "add_projection": [True], "use_auxiliary_head": [False],
    "auxiliary_loss_weight": [1.0], "semantic_loss_ignore_index": [3], "semantic_classifier_dropout": [0.5],
    "backbone_featmap_shape": [[1, 64, 4, 4]], "neck_ignore_stages": [[0, 1], [2]], "pooler_output_size": [7],
    "pooler_act": ["relu"],
}  # fmt: skip
COMMON = {
    "transformers_version": ["4.18.0"], "architectures": [["DPTModel"]], "output_hidden_states": [True],
    "return_dict": [False], "dtype": ["float64"], "chunk_size_feed_forward": [3], "is_encoder_decoder": [True],
    "id2label": [{"0": "a"}], "label2id": [{"a": 0}], "problem_type": ["regression"],
}  # fmt: skip
MORE = {  # read by PreTrainedConfig without being fields of it
    "tie_last_hidden_states": [True], "per_layer_config": [{"0": {"hidden_act": "relu"}}], "num_labels": [4],
    "backbone": ["resnet50"], "torch_dtype": ["float64"], "pruned_heads": [{"0": [0]}],
}  # fmt: skip
HYBRID_ONLY = {
    "backbone_featmap_shape": [[1, 64, 4, 4], [1, 128, 24, 24]], "neck_ignore_stages": [[1, 0], [0], [0, 1, 2]],
    "readout_type": ["ignore"], "backbone_out_indices": [[9, 9, 4, 2], [0, 1, 3, 3]], "patch_size": [8],
    "reassemble_factors": [[4, 2, 1, 0.5], [1, 1, 1, 0.25], [1, 1, 2, 0.5]], "is_hybrid": [False],
    "image_size": [96],
}  # fmt: skip
BIT_FIELDS = {
    "num_channels": [1], "embedding_size": [16], "hidden_sizes": [[64, 96, 256]], "depths": [[1, 1, 1], [1, 1, 2, 1]],
    "layer_type": ["preactivation"], "hidden_act": ["gelu"], "global_padding": ["same", "valid", None, "other"],
    "num_groups": [16, 4, 1, 5], "drop_path_rate": [0.5], "embedding_dynamic_padding": [False],
    "output_stride": [16, 8], "width_factor": [2], "_out_features": [["stem"]], "_out_indices": [[0]],
    "out_features": [["stem", "stage1", "stage2"], ["stage3"], None], "out_indices": [[0, 1, 2]],
    "stage_names": [["a", "b", "c", "d"], ["stem", "stage1", "stage2", "stage3"]], "model_type": ["resnet"],
}  # fmt: skip
OWN = {
    "vit": [
        {"patch_size": 8}, {"patch_size": 32}, {"patch_size": 8, "image_size": 32}, {"qkv_bias": False},
        {"reassemble_factors": [4, 2, 1, 0.25]}, {"reassemble_factors": [2, 1, 1, 0.5]},
        {"reassemble_factors": [3, 2, 1, 0.34]}, {"reassemble_factors": [1, 1, 1, 1]},
        {"use_batch_norm_in_fusion_residual": True}, {"use_bias_in_fusion_residual": False},
        {"use_batch_norm_in_fusion_residual": True, "use_bias_in_fusion_residual": True},
        {"readout_type": "add"}, {"num_attention_heads": 8}, {"image_size": [32, 128]}, {"image_size": 96},
    ],
    "hybrid": [{"reassemble_factors": [1, 1, 2, 0.25]}, {"qkv_bias": False}, {"hidden_sizes": [16, 32, 128]}],
    "segment": [{"patch_size": 8}, {"patch_size": 32}, {"reassemble_factors": [4, 2, 1, 0.25]}],
}  # fmt: skip
PROCESSOR_FIELDS = {
    "do_convert_rgb": [True, False], "do_resize": [False, None],
    "size": [64, [32, 64], {"shortest_edge": 32}, {"height": 64, "width": 32}, None, [32], {"height": 32}],
    "default_to_square": [False], "crop_size": [16], "resample": [0, 1, 2, 3, 4, 5, None],
    "do_rescale": [False, None], "rescale_factor": [1 / 127.5, 1, None], "do_normalize": [False, None],
    "image_mean": [[0.1, 0.2, 0.3], 0.4, [0.5], [0.5, 0.5], None],
    "image_std": [[0.1, 0.2, 0.3], 0.4, [0.5], None], "do_pad": [True], "pad_size": [{"height": 64, "width": 64}],
    "do_center_crop": [True], "data_format": ["channels_last"], "input_data_format": ["channels_first"],
    "device": ["cpu"], "return_tensors": ["np"], "disable_grouping": [True], "image_seq_length": [3],
    "ensure_multiple_of": [32, 7, None], "size_divisor": [32], "keep_aspect_ratio": [True, None],
    "do_reduce_labels": [True],
}  # fmt: skip
PROCESSOR_PAIRS = [
    {"keep_aspect_ratio": True, "ensure_multiple_of": 32}, {"do_pad": True, "size_divisor": 40},
    {"do_rescale": False, "do_normalize": False}, {"do_center_crop": True, "crop_size": 16},
]  # fmt: skip


def uniform(key, count):
    with np.errstate(over="ignore"):
        seed = 0xCBF29CE484222325
        for byte in key.encode():
            seed = ((seed ^ byte) * 0x100000001B3) % 2**64
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)


def hashed(key, shape):
    """As tests/support/hashed_weights.cpp."""
    leaf, f = key.rsplit(".", 1)[-1], np.float32
    if leaf == "num_batches_tracked":
        return np.zeros(shape, np.int64)
    u = uniform(key, int(np.prod(shape))).reshape(shape)
    if leaf in ("cls_token", "pos_embed"):
        return u * f(0.5)
    if leaf == "running_var":
        return f(1) + u * f(0.5)
    if key == "scratch.output_conv.4.bias" and tuple(shape) == (1,):
        return np.full(shape, 8, f)
    if leaf in ("running_mean", "bias"):
        return u * f(0.125)
    if len(shape) == 1:
        return f(1) + u * f(0.25)
    transposed = key in ("pretrained.act_postprocess1.4.weight", "pretrained.act_postprocess2.4.weight")
    return u * f(np.sqrt(3.0 / (shape[0] if transposed else int(np.prod(shape[1:])))))


def build(config):
    config = DPTConfig.from_dict(copy.deepcopy(config))
    kind = DPTForSemanticSegmentation if config.num_labels == 5 else DPTForDepthEstimation
    return kind(config).eval()


def keys_of(model):
    """Official names and shapes of a model's tensors."""
    official = names.to_official({k: v for k, v in model.state_dict().items()})
    kind = {torch.int64: "int64"}
    return {k: [kind.get(v.dtype, "float32"), list(v.shape)] for k, v in official.items() if not k.startswith("auxlayer.") and not k.endswith("num_batches_tracked")}


def fill(model, keys):
    """False when a tensor is missing or has another shape: from_pretrained() then makes up what is not there."""
    official = {k: torch.from_numpy(np.ascontiguousarray(hashed(k, s))) for k, (_, s) in keys.items()}
    hybrid = any("backbone.stem" in k for k in keys)
    tensors = names.to_hugging_face(official, hybrid)
    own = model.state_dict()
    for name, value in own.items():
        if name.startswith("auxiliary_head.") or name.endswith("num_batches_tracked"):
            continue
        if name not in tensors or tensors[name].shape != value.shape:
            print("    lacks", name)
            return False
    model.load_state_dict({k: v for k, v in tensors.items() if k in own}, strict=False)
    return True


def output(model, pixels):
    with torch.no_grad():
        out = model(pixel_values=pixels)
    if isinstance(out, tuple):  # return_dict: false
        return out[0]
    return out.logits if hasattr(out, "logits") else out.predicted_depth


def attempt(action):
    try:
        return action()
    except Exception as error:  # whatever transformers has to say
        print("   ", type(error).__name__, str(error).splitlines()[0][:100] if str(error) else "")
        return None


def changed(config, delta):
    config = copy.deepcopy(config)
    for key, value in delta.items():
        place, name = (config["backbone_config"], key[4:]) if key.startswith("bit.") else (config, key)
        place[name] = value
        if value == ABSENT:
            del place[name]
    return config


HASHED = torch.from_numpy(uniform("input", 3 * SIDE * SIDE).reshape(1, 3, SIDE, SIDE))


class Cases:
    def __init__(self):
        self.models, self.cases, self.expected, self.results = {}, [], {}, {}
        for name, config in MODELS.items():
            model = build(config)
            keys = keys_of(model)
            assert fill(model, keys)
            self.models[name] = {"config": config, "tensors": keys}
            self.results[name] = output(model, HASHED).numpy()
            self.expected[f"network/{name}"] = self.results[name]

    def add(self, base, delta, own=False):
        name = f"{base} {json.dumps(delta)}" + (" own" if own else "")
        print(name)
        case = {"name": name, "model": base, "fields": delta}
        config = changed(MODELS[base], delta)
        model = attempt(lambda: build(config))
        keys = self.models[base]["tensors"]
        if own:
            assert model is not None, name
            keys = case["tensors"] = keys_of(model)
        found = attempt(lambda: output(model, HASHED).numpy()) if model is not None and fill(model, keys) else None
        case["outcome"] = "fails" if found is None else "differs"
        same = found is not None and not own and found.shape == self.results[base].shape
        if same and np.abs(found - self.results[base]).max() < 1e-6 * np.ptp(self.results[base]):
            case["outcome"] = "same"
        if case["outcome"] == "differs":
            self.expected[f"network/{name}"] = found.astype(np.float32)
            self.picture(name, model)
        self.cases.append(case)

    def picture(self, name, model):
        """The whole way, for those whose output has another size than the input."""
        if self.expected[f"network/{name}"].shape[-1] == SIDE:
            return
        processor = DPTImageProcessorPil(**{**PROCESSOR, "size": {"height": SIDE, "width": SIDE}})
        pixels = processor(images=PICTURE, return_tensors="pt")["pixel_values"]
        sizes = [PICTURE.size[::-1]]
        with torch.no_grad():
            out = model(pixel_values=pixels)
        if hasattr(out, "logits"):
            full = torch.nn.functional.interpolate(out.logits, size=sizes[0], mode="bilinear", align_corners=False)[0]
            best = full.topk(2, 0).values
            self.expected[f"labels/{name}"] = full.argmax(0).to(torch.uint8).numpy()
            self.expected[f"margin/{name}"] = (best[0] - best[1]).to(torch.float16).numpy()
        else:
            depth = processor.post_process_depth_estimation(out, target_sizes=sizes)[0]["predicted_depth"]
            self.expected[f"depth/{name}"] = depth.numpy()

    def add_processor(self, delta):
        name = f"processor {json.dumps(delta)}"
        print(name)

        def run(fields):
            return DPTImageProcessorPil(**fields)(images=PICTURE, return_tensors="np")["pixel_values"][0]

        found = attempt(lambda: np.asarray(run(changed(PROCESSOR, delta)), np.float32))
        base = run(PROCESSOR)
        same = found is not None and found.shape == base.shape and np.array_equal(found, base)
        outcome = "fails" if found is None else "same" if same else "differs"
        if outcome == "differs":
            self.expected[f"input/{name}"] = found
        self.cases.append({"name": name, "model": "processor", "fields": delta, "outcome": outcome})


def fields_of(kind):
    return {f.name for f in dataclasses.fields(kind)}


def main():
    common = fields_of(transformers.PreTrainedConfig)
    assert fields_of(DPTConfig) - common == set(DPT), fields_of(DPTConfig) - common ^ set(DPT)
    assert common == set(COMMON), common ^ set(COMMON)
    assert fields_of(BitConfig) - common <= set(BIT_FIELDS), fields_of(BitConfig) - common - set(BIT_FIELDS)
    processor = set(DPTImageProcessorPil.valid_kwargs.__annotations__)
    assert processor == set(PROCESSOR_FIELDS), processor ^ set(PROCESSOR_FIELDS)

    cases = Cases()
    for group in (DPT, COMMON, MORE):
        for field, values in group.items():
            for value in values:
                cases.add("vit", {field: value})
    for field, values in HYBRID_ONLY.items():
        for value in values:
            cases.add("hybrid", {field: value})
    for field, values in BIT_FIELDS.items():
        for value in values:
            cases.add("hybrid", {"bit." + field: value})
    for field in ("num_attention_heads", "layer_norm_eps", "hidden_act", "qkv_bias", "backbone_out_indices",
                  "readout_type", "reassemble_factors", "use_batch_norm_in_fusion_residual", "head_in_index"):  # fmt: skip
        cases.add("vit", {field: ABSENT})
    for field in ("layer_type", "hidden_act", "global_padding", "num_groups", "embedding_dynamic_padding",
                  "output_stride", "width_factor", "out_features"):  # fmt: skip
        cases.add("hybrid", {"bit." + field: ABSENT})
    cases.add("hybrid", {"bit.out_features": ABSENT, "bit.out_indices": ABSENT})
    for delta in ({"head_in_index": -2}, {"id2label": {"0": "a"}}, {"add_projection": True}, {"num_labels": 5}):
        cases.add("segment", delta)
    for base, deltas in OWN.items():
        for delta in deltas:
            if "hidden_sizes" in delta:  # bottlenecks whose inner width is rounded to eights
                widths = delta["hidden_sizes"]
                delta = {"bit.hidden_sizes": widths, "neck_hidden_sizes": [*widths[:2], 32, 48]}
            cases.add(base, delta, own=True)
    for field, values in PROCESSOR_FIELDS.items():
        for value in values:
            cases.add_processor({field: value})
    for field in [f for f in PROCESSOR if f != "size"]:
        cases.add_processor({field: ABSENT})
    for delta in PROCESSOR_PAIRS:
        cases.add_processor(delta)
    for kind in ("ViTImageProcessor", "DPTFeatureExtractor"):
        cases.cases.append({"name": f"processor {kind}", "model": "processor", "fields": {"image_processor_type": kind},
                            "outcome": "fails" if kind.startswith("ViT") else "same"})  # fmt: skip
    base = DPTImageProcessorPil(**PROCESSOR)(images=PICTURE, return_tensors="np")["pixel_values"][0]
    cases.expected["input/processor"] = np.asarray(base, np.float32)
    cases.expected["picture"] = np.asarray(PICTURE)
    cases.models["processor"] = {"config": PROCESSOR}
    text = {"transformers": transformers.__version__, "models": cases.models, "cases": cases.cases}
    lines = [json.dumps(case) for case in text.pop("cases")]
    (HERE / "cases.json").write_text(json.dumps(text)[:-1] + ',\n"cases": [\n' + ",\n".join(lines) + "\n]}\n")
    save_file({k: np.ascontiguousarray(v) for k, v in cases.expected.items()}, HERE / "expected.safetensors")
    (HERE / "expected.safetensors").chmod(0o644)


if __name__ == "__main__":
    main()
