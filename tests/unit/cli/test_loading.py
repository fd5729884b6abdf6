"""What a server loads anew: flows with digests, or the mistakes in the words of the compiler."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from flowc.cli import loading
from flowc.cli.loading import is_unchanged, project_of
from flowc.serve.loading import Mistakes

GOOD = 'flow one { task a = sh "echo 1" }\nflow two { task a = sh "echo 2" }\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.flow").write_text(GOOD)


def project(root: Path):
    return project_of("p.flow", profile=None, root=root)


def test_a_digest_changes_with_its_flow_alone(tmp_path: Path) -> None:
    before = project(tmp_path).load()
    assert set(before.flows) == set(before.digests) == {"one", "two"}
    (tmp_path / "p.flow").write_text(GOOD.replace("echo 2", "echo 3"))
    after = project(tmp_path).load()
    assert (before.digests["one"] == after.digests["one"], before.digests["two"] == after.digests["two"]) == (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("flow one { task a = sh 1 }", "error[FLOW"),
        ("", "there is no flow"),
        ('flow one { task a = container "x" }', "FLOW"),
    ],
)
def test_mistakes_are_told_as_the_compiler_does(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "p.flow").write_text(text)
    with pytest.raises(Mistakes, match="(?s)" + why.replace("[", r"\[")):
        project(tmp_path).load()


def test_a_project_that_lies_elsewhere_now_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match="start the server anew"):
        project(tmp_path / "other").load()


def test_a_bug_of_ours_is_told_and_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise AssertionError("oops")

    monkeypatch.setattr(loading, "compile_files", fails)
    with pytest.raises(Mistakes, match="FLOW900"):
        project(tmp_path).load()


def test_the_stamp_changes_with_what_is_read(tmp_path: Path) -> None:
    stamp = project(tmp_path).stamp
    seen = [stamp()]

    def changed() -> bool:
        seen.append(stamp())
        return seen[-1] != seen[-2]

    assert not changed()
    (tmp_path / "data.csv").touch()
    (tmp_path / ".flowc").mkdir()
    (tmp_path / ".flowc" / "x.py").touch()
    assert not changed()
    (tmp_path / "work.py").touch()
    assert changed()
    (tmp_path / "old.flow").write_text(GOOD.replace("1", "7"))
    assert changed()
    os.replace(tmp_path / "old.flow", tmp_path / "p.flow")
    assert changed()
    (tmp_path / "work.py").unlink()
    assert changed()


def test_what_changed_since_is_known(tmp_path: Path) -> None:
    assert is_unchanged(tmp_path, time.time() + 1)
    assert not is_unchanged(tmp_path, time.time() - 60)
