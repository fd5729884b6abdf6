"""How good a model is. A model is a JSON file: a weight for each feature, and a bias."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import TypedDict

LABEL = "label"
NEVER, ALWAYS = 1e-9, 1 - 1e-9


class Metrics(TypedDict):
    """The area under the curve, 0.5 for a guess, and the loss, less is better."""

    auc: float
    loss: float


def grade(model: Path, data: Path) -> Metrics:
    """Grade a model on rows that have the feature columns and a `label` of 0 or 1."""
    weights: dict[str, float] = json.loads(model.read_text(encoding="utf-8"))
    with data.open(encoding="utf-8", newline="") as file:
        scored = [(_chance(weights, row), row[LABEL] == "1") for row in csv.DictReader(file)]
    return {"auc": _auc(scored), "loss": _loss(scored)}


def _chance(weights: dict[str, float], row: dict[str, str]) -> float:
    weighted = sum(weight * float(row[name]) for name, weight in weights.items() if name != "bias")
    return 1 / (1 + math.exp(-weighted - weights.get("bias", 0.0)))


def _auc(scored: list[tuple[float, bool]]) -> float:
    """How often a row of label 1 is scored above one of label 0; a tie counts half."""
    ones = [chance for chance, label in scored if label]
    zeros = [chance for chance, label in scored if not label]
    if not ones or not zeros:
        raise ValueError("rows of both labels are needed")
    wins = sum((one > zero) + (one == zero) / 2 for one in ones for zero in zeros)
    return wins / (len(ones) * len(zeros))


def _loss(scored: list[tuple[float, bool]]) -> float:
    chances = [min(max(chance if label else 1 - chance, NEVER), ALWAYS) for chance, label in scored]
    return -sum(map(math.log, chances)) / len(chances)
