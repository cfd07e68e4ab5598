"""The networks and input sizes that are compared."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    name: str
    task: str  # depth or segmentation
    variant: str  # large or hybrid
    height: int
    width: int
    keys: str  # file below tests/data/keys: official names, types and shapes

    @property
    def golden(self):
        """File below the golden folder that holds the official network's output."""
        return f"{self.keys}-{self.height}x{self.width}.safetensors"


CASES = {
    case.name: case
    for case in (
        Case("hybrid-depth-384", "depth", "hybrid", 384, 384, "depth-hybrid"),
        Case("large-depth-384", "depth", "large", 384, 384, "depth-large"),
        Case("hybrid-segmentation-480", "segmentation", "hybrid", 480, 480, "seg-hybrid"),
    )
}
