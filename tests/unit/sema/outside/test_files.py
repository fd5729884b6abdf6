"""Files that a flow names."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowc.sema.outside.files import FoundFile, MissingFile, find_file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name in ("sql/audit.sql", "sql/Totals.sql", ".venv/sql/audits.sql", "etl.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    (tmp_path / "outside.sql").write_text("")
    return root


@pytest.mark.parametrize("name", ["sql/audit.sql", "./sql/audit.sql", "sql/../sql/audit.sql"])
def test_a_file_of_the_project(root: Path, name: str) -> None:
    assert find_file(root, name) == FoundFile(root / name)


def test_a_file_beside_the_project_is_found_and_told(root: Path) -> None:
    assert find_file(root, "../outside.sql") == FoundFile(root / "../outside.sql", is_outside=True)
    absolute = (root.parent / "outside.sql").as_posix()
    assert find_file(root, absolute) == FoundFile(Path(absolute), is_outside=True)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("sql/audits.sql", "sql/audit.sql"),
        ("sql/totals.sql", "sql/Totals.sql"),
        ("SQL/audit.sql", "sql/audit.sql"),
        ("sql/nothing_like_it.sql", None),
        ("etl.sql", None),
        ("", None),
        ("a\0b", None),
    ],
)
def test_a_missing_file_and_what_looks_like_it(root: Path, name: str, near: str | None) -> None:
    assert find_file(root, name) == MissingFile(name, near)


def test_a_folder_is_no_file(root: Path) -> None:
    assert find_file(root, "sql") == MissingFile("sql", None, is_folder=True)
