"""Losses (specification 5.1, 5.3, 5.4). Every one is a sum over images divided by a count that only the targets
decide, so that several processes or micro-batches together give what one large batch would."""

from .labels import label_loss
from .objective import DEPTH_LOSSES, Batch, Objective, Weights

__all__ = ["DEPTH_LOSSES", "Batch", "Objective", "Weights", "label_loss"]
