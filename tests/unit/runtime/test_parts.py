"""A flow that was split runs as one: its parts' runs, what they hear of each other, and how they end and go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flowc.compiler import compile_text
from flowc.passes.split.division import split
from flowc.runtime.api import Result, resume, run
from flowc.runtime.model import Flow
from flowc_targets.native.load import load


def parts(text: str, most: int) -> dict[str, Flow]:
    """The flows of a source whose only flow is split."""
    program = compile_text(text).program
    assert program is not None
    found = split(program, most)
    assert len(found.graphs) > 1
    return load(found)


def ran(flows: dict[str, Flow], root: Path, **more: Any) -> Result:
    return run(flows["f"], root=root, flows=flows.values(), **more)


ROW = """
flow f(n: int = 2) -> str {
  task a = sh "echo a >> log; echo #{n}" -> str
  task b = sh "echo b >> log; echo #{a}" -> str
  task c = sh "echo c >> log; test -e mended" after b
  task d = sh "echo d >> log; echo #{run.trigger} #{run.id}" -> str after a
  task e = sh "echo e >> log" after c
  finally { task z = sh "echo z-#{d ?? "none"} >> log" }
  return d
}
"""


def test_a_part_hears_of_what_others_came_to(tmp_path: Path) -> None:
    flows = parts(ROW, 2)
    found = ran(flows, tmp_path, trigger="schedule")
    assert [line.split()[:2] for line in found.trace] == [
        ["a", "succeeded"],
        ["b", "succeeded"],
        ["c", "failed"],
        ["d", "succeeded"],
        ["e", "blocked"],
        ["z", "succeeded"],
        ["run", "failed"],
    ]
    assert f'"schedule {found.id}"' in found.trace[3], "the run of the whole is the one that tasks know"


def test_what_succeeded_in_any_part_is_not_run_again(tmp_path: Path) -> None:
    flows = parts(ROW, 2)
    first = ran(flows, tmp_path)
    (tmp_path / "log").unlink()
    (tmp_path / "mended").touch()
    found = resume(first.id, flows["f"], root=tmp_path, flows=flows.values())
    assert found.outcome == "succeeded"
    done = (tmp_path / "log").read_text().splitlines()
    assert done == ["c", "e", f"z-manual {first.id}"]
    assert [line.split()[:2] for line in found.trace][-2:] == [["z", "succeeded"], ["run", "succeeded"]]


def test_parts_that_a_deadline_kept_from_beginning_are_blocked(tmp_path: Path) -> None:
    text = """
    flow f {
      deadline 1s
      task a = sh "sleep 30"
      task b = sh "echo b" after a
      for x in ["p", "q"] { task c = sh "echo #{x}" after b }
      finally { task z = sh "echo z" }
    }
    """
    found = ran(parts(text, 1), tmp_path)
    assert [line.split() for line in found.trace] == [
        ["a", "failed", "1"],
        ["b", "blocked", "0"],
        ["c[0]", "blocked", "0"],
        ["c[1]", "blocked", "0"],
        ["z", "succeeded", "1"],
        ["run", "failed"],
    ]
