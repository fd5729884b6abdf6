"""What models are trained on, and what they are graded on."""

from __future__ import annotations

import csv
import random
from pathlib import Path

TEST_SHARE = 0.2


def split(features: Path, seed: int) -> tuple[Path, Path]:
    """Deal the rows out to a file for training and one for grading: the same for the same seed."""
    with features.open(encoding="utf-8", newline="") as file:
        heading, *rows = list(csv.reader(file))
    random.Random(seed).shuffle(rows)
    cut = round(len(rows) * TEST_SHARE)
    return _write(features, "train", [heading, *rows[cut:]]), _write(features, "test", [heading, *rows[:cut]])


def _write(features: Path, part: str, rows: list[list[str]]) -> Path:
    path = features.with_name(f"{features.stem}-{part}.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path
