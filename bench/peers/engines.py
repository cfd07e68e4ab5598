"""The peers: made ready by load(), then run(pixels) as often as one likes.

`files`: what is loaded in each class of precision, a file of the case's folder or one that
convert.py makes. A class that is missing is not offered. `auto` is the engine as it comes.
Libraries are imported by the constructor: imports are no part of loading.
"""

PRECISIONS = ("fp32", "bf16", "int8", "auto")


class OnnxRuntime:
    """The exported graph with ONNX Runtime's CPU provider, all graph optimisations on."""

    package = "onnxruntime"
    files = {"fp32": "model.onnx", "int8": "int8.onnx", "auto": "model.onnx"}
    optimise = True

    def __init__(self, file, case, threads, precision):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        levels = onnxruntime.GraphOptimizationLevel
        options.graph_optimization_level = levels.ORT_ENABLE_ALL if self.optimise else levels.ORT_DISABLE_ALL
        options.log_severity_level = 3
        self.precision = "int8" if precision == "int8" else "fp32"
        self.make = lambda: onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])

    def load(self):
        self.session = self.make()

    def run(self, pixels):
        return self.session.run(None, {"pixels": pixels})[0]


class OnnxRuntimeOptimised(OnnxRuntime):
    """The graph as an earlier session on this machine left it: nothing to optimise at loading."""

    files = {"fp32": "fp32.optimised.onnx", "int8": "int8.optimised.onnx", "auto": "fp32.optimised.onnx"}
    optimise = False


class OpenVino:
    """The exported graph with OpenVINO's CPU plug-in, one request at a time."""

    package = "openvino"
    files = {"fp32": "model.onnx", "bf16": "model.onnx", "int8": "int8.xml", "auto": "model.onnx"}
    cached = False

    def __init__(self, file, case, threads, precision):
        import openvino

        settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
        # In the int8 class the layers that stay in floating point run as OpenVINO chooses.
        if precision in ("fp32", "bf16"):
            settings["INFERENCE_PRECISION_HINT"] = {"fp32": "f32", "bf16": "bf16"}[precision]
        if self.cached:
            settings["CACHE_DIR"] = str(file.parent / "openvino-cache")
        self.precision = precision
        self.make = lambda: openvino.Core().compile_model(file, "CPU", settings)

    def load(self):
        self.model = self.make()
        if self.precision == "auto":
            names = {"float32": "fp32", "bfloat16": "bf16"}
            chosen = self.model.get_property("INFERENCE_PRECISION_HINT").get_type_name()
            self.precision = names.get({"f32": "float32", "bf16": "bfloat16"}.get(chosen, chosen), chosen)

    def run(self, pixels):
        return self.model(pixels)[0]


class OpenVinoIr(OpenVino):
    """From OpenVINO's own format instead of ONNX; in int8 there is nothing else."""

    files = {"fp32": "fp32.xml", "bf16": "fp32.xml", "auto": "fp32.xml"}


class OpenVinoCached(OpenVino):
    """With the compiled model from an earlier process (CACHE_DIR)."""

    cached = True


class Torch:
    """transformers' module, eager, inference mode, channels last; bf16 as torch.autocast has it."""

    package = "torch"
    files = {precision: "weights.safetensors" for precision in ("fp32", "bf16", "auto")}

    def __init__(self, file, case, threads, precision):
        import safetensors.numpy
        import torch
        from hugging_face import Network

        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        self.torch = torch
        self.precision = "bf16" if precision == "bf16" else "fp32"
        self.read = lambda: Network(
            case.task, case.variant, case.height, case.width, safetensors.numpy.load_file(file)
        )  # fmt: skip

    def load(self):
        nn = self.torch.nn
        network = self.read()
        if self.precision == "bf16":
            # What autocast would do to these weights in every run.
            for module in network.modules():
                if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
                    module.to(self.torch.bfloat16)
        self.network = network.to(memory_format=self.torch.channels_last)

    def run(self, pixels):
        torch = self.torch
        pixels = torch.from_numpy(pixels).to(memory_format=torch.channels_last)
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self.precision == "bf16"):
            return self.network(pixels).float().numpy()


class TorchCompiled(Torch):
    """The same through torch.compile (inductor, C++ back end), weights frozen; the first run compiles."""

    def load(self):
        import torch._inductor.config

        torch._inductor.config.freezing = True
        super().load()
        self.network = torch.compile(self.network)


ENGINES = {
    "onnxruntime": OnnxRuntime,
    "onnxruntime-optimised": OnnxRuntimeOptimised,
    "openvino": OpenVino,
    "openvino-ir": OpenVinoIr,
    "openvino-cached": OpenVinoCached,
    "torch": Torch,
    "torch-compile": TorchCompiled,
}
