"""One page about all partners."""

from __future__ import annotations

import csv
from pathlib import Path

from partners.io import work_file


def build(scores: list[Path], total: int) -> Path:
    """Write what was found in every partner's scores, in their order, and in how many leads."""
    lines = ["# Partner leads", "", f"{total} leads from {len(scores)} partners.", ""]
    if scores:
        lines += ["| partner | worth a call | best lead | score |", "|---|---:|---|---:|", *map(_row, scores)]
    report = work_file("report.md")
    report.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    return report


def _row(scores: Path) -> str:
    with scores.open(encoding="utf-8", newline="") as lines:
        leads = list(csv.DictReader(lines))
    partner = scores.name.partition(".")[0]
    best = (leads[0]["lead"], leads[0]["score"]) if leads else ("-", "-")
    return f"| {partner} | {len(leads)} | {best[0]} | {best[1]} |"
