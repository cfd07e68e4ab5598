"""Metrics of depth and labels (specification 4.6). Arrays are float [H, W] unless said otherwise."""

from __future__ import annotations

import numpy as np

SMALLEST_DEPTH = 1e-3  # metres


def align(prediction: np.ndarray, disparity: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Least-squares scale and shift of a prediction onto the true disparity, over the valid pixels."""
    p, t = prediction[valid].astype(np.float64), disparity[valid].astype(np.float64)
    centred = p - p.mean()
    spread = (centred**2).sum()
    scale = (centred * (t - t.mean())).sum() / spread if spread > 0 else 0.0
    return scale * (prediction - p.mean()) + t.mean()


def aligned_depth(prediction: np.ndarray, disparity: np.ndarray, valid: np.ndarray, cap: float) -> np.ndarray:
    """Metres, at most `cap`."""
    return 1 / np.maximum(align(prediction, disparity, valid), 1 / cap)


def depth_metrics(depth: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Valid pixels only, in metres."""
    d = np.maximum(depth.astype(np.float64), SMALLEST_DEPTH)
    t = truth.astype(np.float64)
    ratio = np.maximum(d / t, t / d)
    log = np.log(d) - np.log(t)
    return {
        "abs_rel": float((np.abs(d - t) / t).mean()),
        "sq_rel": float(((d - t) ** 2 / t).mean()),
        "rmse": float(np.sqrt(((d - t) ** 2).mean())),
        "rmse_log": float(np.sqrt((log**2).mean())),
        "log10": float(np.abs(log).mean() / np.log(10)),
        "silog": float(100 * np.sqrt(max((log**2).mean() - log.mean() ** 2, 0))),
        **{f"delta{k}": float((ratio < 1.25**k).mean()) for k in (1, 2, 3)},
    }


class Confusion:
    """Counts of (true, predicted) classes over a data set."""

    def __init__(self, classes: int) -> None:
        self.counts = np.zeros((classes, classes), np.int64)

    def add(self, predicted: np.ndarray, labels: np.ndarray) -> None:
        """Both annotation values (class + 1); labels of 0 are ignored."""
        n = len(self.counts)
        known = (labels > 0) & (labels <= n)
        pairs = (labels[known].astype(np.int64) - 1) * n + predicted[known].astype(np.int64) - 1
        self.counts += np.bincount(pairs, minlength=n * n).reshape(n, n)

    def metrics(self) -> dict[str, float]:
        """Accuracy of pixels, of the largest class alone, mean IoU over the classes that are there or predicted."""
        total = max(self.counts.sum(), 1)
        hits, true, predicted = np.diag(self.counts), self.counts.sum(1), self.counts.sum(0)
        union = true + predicted - hits
        present = union > 0
        iou = hits[present] / union[present]
        return {
            "pixel_accuracy": float(hits.sum() / total),
            "largest_class": float(true.max() / total),
            "mean_iou": float(iou.mean()) if present.any() else 0.0,
            "classes": int((true > 0).sum()),
        }
