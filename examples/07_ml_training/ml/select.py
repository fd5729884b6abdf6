"""The best of several trials."""

from __future__ import annotations

from pathlib import Path

from ml.eval import Metrics


def best(models: list[Path], metrics: list[Metrics]) -> tuple[Path, Metrics]:
    """The model with the greatest area under the curve; of equals the one with the smaller loss, then the first."""
    trials = zip(models, metrics, strict=True)
    return max(trials, key=lambda trial: (trial[1]["auc"], -trial[1]["loss"]))
