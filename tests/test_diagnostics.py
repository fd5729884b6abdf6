"""Every code has a page that explains it and a case that shows it; every fix that is offered mends something.

A case is a folder: `input.flow`, the files beside it that it needs, and `expected.txt`, all that is said of it, a line
each. `targets` in a `flow.toml` of the case are what it is checked for. `pytest --force-regen` writes `expected.txt`
anew.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from flowc.diagnostics import CODES, Code, Diagnostic, Edit
from flowc.diagnostics.explain import PAGES, page_path
from flowc.diagnostics.render import render

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "diagnostics"
FOLDERS = sorted(path for path in CASES.iterdir() if path.is_dir())

# Codes that nothing reports yet, and what they wait for. Their numbers and names are kept.
LATER = {
    "FLOW415": "large graphs (issue 5): how wide a graph an engine carries",
    "FLOW609": "nothing can bring it about: a policy cannot `use` another",
    "FLOW706": "a command that compares two versions of a project",
    "FLOW707": "lineage of columns, which nothing shows yet",
    "FLOW709": "lineage of columns, and the marks of columns",
    "FLOW713": "reading the manifest of dbt",
    "FLOW802": "environments that say which variables there are",
    "FLOW905": "versions of engines as data (issue 3)",
    "FLOW907": "nothing: FLOW902 tells it, as every emulation",
    "FLOW908": "large graphs (issue 5): budgets of engines",
    "FLOW909": "words of targets that touch what flowc means (issue 3)",
}
# Codes that `flowc check` reports of no file: a bug of ours, which tests/unit/cli shows, what only targets of other
# packages answer, which tests/unit/target plays, and what `flowc test` finds, which tests/unit/testing shows.
NO_CASE = {"FLOW831", "FLOW832", "FLOW900", "FLOW903"}


def names(codes: list[Code]) -> list[str]:
    return sorted(f"{code.number}-{code.slug}" for code in codes)


DUE = names([code for number, code in CODES.items() if number not in LATER])


def test_what_is_kept_for_later_is_reported_nowhere() -> None:
    house = [path for top in ("flowc", "targets") for path in (ROOT / top).rglob("*.py") if path.name != "codes.py"]
    reported = {code for path in house for code in re.findall(r'"(FLOW\d{3})"', path.read_text("utf-8"))}
    assert reported & LATER.keys() == set()


def test_every_code_has_a_page() -> None:
    assert sorted(path.stem for path in PAGES.glob("*.md")) == DUE


def test_every_code_has_a_case() -> None:
    assert [folder.name for folder in FOLDERS] == [name for name in DUE if name[:7] not in NO_CASE]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_all_that_is_said_of_a_case(folder: Path, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    found, expected = diagnose(), folder / "expected.txt"
    assert folder.name.split("-")[0] in {diagnostic.code.number for diagnostic in found}
    if pytestconfig.getoption("force_regen"):
        expected.write_text(render(found, "oneline"), "utf-8")
    assert expected.read_text("utf-8") == render(found, "oneline")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_an_offered_fix_mends(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    offered = [diagnostic for diagnostic in diagnose() if diagnostic.edits]
    for diagnostic in offered:
        before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        apply(diagnostic.edits)
        left = [found for found in diagnose() if (found.code, found.message) == (diagnostic.code, diagnostic.message)]
        same = [found for found in offered if (found.code, found.message) == (diagnostic.code, diagnostic.message)]
        assert len(left) < len(same), f"{diagnostic.span}: {diagnostic.message}"
        for path, content in before.items():
            path.write_bytes(content)


def diagnose() -> list[Diagnostic]:
    """All that is said of the case in the current folder."""
    from flowc.cli.compiling import compile_files

    settings = Path("flow.toml")
    targets = tomllib.loads(settings.read_text("utf-8"))["project"].get("targets", []) if settings.exists() else []
    return compile_files([Path("input.flow")], targets=targets).diagnostics


def apply(edits: tuple[Edit, ...]) -> None:
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        path = Path(edit.span.source.path)
        text = path.read_text("utf-8")
        path.write_text(text[: edit.span.start] + edit.text + text[edit.span.end :], "utf-8")


# ------------------------------------------------------------------ pages

SHAPE = re.compile(
    r"# (?P<code>FLOW\d{3}) (?P<slug>[a-z0-9-]+)\n\n(?P<prose>(?:(?!\n\nWrong:\n).)+)"
    r"\n\nWrong:\n\n```flow(?P<wrong>[^\n]*)\n.+?```\n\nRight:\n\n```flow[^\n]*\n.+?```\n",
    re.DOTALL,
)
# Their mistake cannot stand in a block of text.
NO_EXAMPLE = {"FLOW831", "FLOW832", "FLOW116", "FLOW900", "FLOW903", "FLOW906"}


@pytest.mark.parametrize("name", [name for name in DUE if name[:7] not in NO_EXAMPLE])
def test_a_page_has_the_shape_of_all(name: str) -> None:
    code = CODES[name[:7]]
    found = SHAPE.fullmatch(page_path(code).read_text("utf-8"))
    assert found, "title, what is wrong, why, a wrong example, a right one"
    assert (found["code"], found["slug"]) == (code.number, code.slug)
    # What only a target knows is no mistake of the text alone: the case below has it.
    assert (code.number in found["wrong"]) == (code.number < "FLOW900")
    assert found["prose"].count("\n\n") >= 1, "a paragraph for what is wrong, one for why"


@pytest.mark.parametrize("name", [name for name in DUE if name > "FLOW901" and name[:7] not in NO_EXAMPLE])
def test_the_examples_of_a_targets_page(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong, right = re.findall(
        r"^```flow\n(.*?)^```$", page_path(CODES[name[:7]]).read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    shutil.copytree(CASES / name, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for text, has_it in ((wrong, True), (right, False)):
        Path("input.flow").write_text(text, "utf-8")
        assert (name[:7] in {found.code.number for found in diagnose()}) is has_it
