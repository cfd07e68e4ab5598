"""What differs between the PyTorch of Debian 12 (1.13) and PyTorch 2."""

import torch

TORCH_2 = int(torch.__version__.split(".")[0]) >= 2
