"""How likely a lead is to become a customer: a logistic model with weights from last year's campaign."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from partners.io import work_file

BIAS = -3.2
EMPLOYEES, VISITS, REPLIED = 0.35, 0.22, 1.6


def score(rows: Path, min_score: float) -> Path:
    """Write the score of every lead that reaches `min_score`, the best first."""
    with rows.open(encoding="utf-8", newline="") as lines:
        scored = [(_score(row), row["lead"]) for row in csv.DictReader(lines)]
    kept = sorted(((points, lead) for points, lead in scored if points >= min_score), key=lambda one: (-one[0], one[1]))
    scores = work_file(rows.name.replace(".parsed.", ".scores."))
    with scores.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["lead", "score"])
        writer.writerows([lead, f"{points:.3f}"] for points, lead in kept)
    return scores


def _score(row: dict[str, str]) -> float:
    weight = (
        BIAS
        + EMPLOYEES * math.log1p(int(row["employees"]))
        + VISITS * int(row["visits"])
        + REPLIED * int(row["replied"])
    )
    return round(1 / (1 + math.exp(-weight)), 3)
