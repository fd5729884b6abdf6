"""What the text of a pattern says is what a look on the disk finds."""

from __future__ import annotations

from glob import glob
from pathlib import Path

import pytest

from flowc.sema.outside.globs import finds

PATHS = ("a.csv", "in/a.csv", "in/b.txt", "in/.hidden.csv", "in/deep/er/c.csv", "in/.git/d.csv", "in/[x].csv")


@pytest.mark.parametrize(
    "pattern",
    [
        "*.csv",
        "in/*.csv",
        "in/**/*.csv",
        "**/*.csv",
        "in/[ab].*",
        "in/[[]x].csv",
        "in/.*.csv",
        "in/?.csv",
        "in/*/*/*",
        "in",
    ],
)
def test_a_path_is_found_as_on_the_disk(pattern: str, tmp_path: Path) -> None:
    for path in PATHS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    there = {path for path in glob(pattern, root_dir=tmp_path, recursive=True) if (tmp_path / path).is_file()}
    assert {path for path in PATHS if finds(pattern, path)} == there


@pytest.mark.parametrize(
    ("pattern", "path", "is_found"),
    [
        ("./in/*.csv", "in/a.csv", True),
        ("in/*.csv", "./in//a.csv", True),
        ("s3://lake/in/*.csv", "s3://lake/in/a.csv", True),
        ("s3://lake/in/*.csv", "in/a.csv", False),
        ("/data/*", "data/a", False),
        ("*", "", False),
    ],
)
def test_one_place_is_written_in_several_ways(pattern: str, path: str, *, is_found: bool) -> None:
    assert finds(pattern, path) is is_found
