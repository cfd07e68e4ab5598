"""The networks under the official tensor names (specification, sections 1 and 2.2)."""

from .config import PRESETS, DptConfig, Metric
from .dpt import Dpt, Outputs
from .initialise import initialise

__all__ = ["PRESETS", "Dpt", "DptConfig", "Metric", "Outputs", "initialise"]
