"""The registry: for each model a folder with its champion and the champion's metrics."""

from __future__ import annotations

import json
import os
from pathlib import Path


def auc(name: str) -> float:
    """How good the champion of this name is; 0.5, no better than a guess, if there is none yet."""
    metrics = Path(os.environ.get("MODELS", "models")) / name / "champion.json"
    if not metrics.exists():
        return 0.5
    return float(json.loads(metrics.read_text(encoding="utf-8"))["auc"])
