"""Goldens: what each target writes for each example that it can say, to be read as code, engine beside engine.

After a change that is meant, `pytest --force-regen tests/test_golden.py` writes `tests/golden/EXAMPLE/TARGET` anew.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from flowc.cli import main
from flowc.emit.write import MANIFEST
from flowc.target.registry import target_names

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden"
EXAMPLES = {
    "01_tiny_etl": "orders_etl.flow",
    "02_fan_out_fan_in": "partner_scores.flow",
    "03_branching_fallback": "fx_rates.flow",
    "04_event_driven_assets": ".",
    "05_partitioned_backfill": "sales_daily.flow",
    "08_project": ".",
}
COPIED = re.compile(r"(?:^|/)(?:dagkit|flowkit|kit|runtime|flow_runtime)/(?!connections\.py$)")
"""The support package: its code is read where it lies, in `targets/`. What is in it is in `files.txt`."""


@pytest.mark.parametrize("target", target_names())
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_project_is_as_it_was(
    example: str, target: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is made for the flow; of what is copied, the user's files and the support package, only the names."""
    home = ROOT / "examples" / example
    monkeypatch.chdir(home)
    assert main(["build", EXAMPLES[example], "--target", target, "-o", str(tmp_path)]) == 0
    built = {path: (tmp_path / path).read_bytes() for path in files(tmp_path) if path != MANIFEST}
    theirs = {(home / path).read_bytes() for path in files(home) if not path.endswith(".md")}
    made = {
        path: content.decode() for path, content in built.items() if content not in theirs and not COPIED.search(path)
    }
    made["files.txt"] = "".join(f"{path}\n" for path in built)
    folder = GOLDEN / example / target
    if request.config.getoption("force_regen"):
        shutil.rmtree(folder, ignore_errors=True)
        for path, text in made.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
    kept = {path: (folder / path).read_text("utf-8") for path in files(folder)}
    assert made == kept, "if that is meant: pytest --force-regen tests/test_golden.py"


def test_no_golden_is_of_nothing() -> None:
    kept = {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.glob("*/*")}
    assert kept == {f"{example}/{target}" for example in EXAMPLES for target in target_names()}


def files(folder: Path) -> list[str]:
    """The paths of all files below, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
