"""Data sets, augmentation and their mixture. A picture of a batch depends on (seed, step, index) alone."""

from .mixture import Mixture, Part, parse_part
from .sample import Sample

__all__ = ["Mixture", "Part", "Sample", "parse_part"]
