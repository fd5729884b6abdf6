"""What is shown of a run, from its events."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flowc.cli.progress.end import summary
from flowc.cli.progress.lines import line
from flowc.cli.progress.live import LiveView, drawn, duration
from flowc.cli.progress.state import Progress, waits_of
from flowc.ir.actions import Shell
from flowc.ir.expr import List, Lit, Text
from flowc.ir.graph import AnyOf, Decision, Graph, Group, InArm, InLoop, Loop, Node, Origin, Requires, Upstream
from flowc.ir.types import BOOL, INT, STR, ListOf

AT = Origin("a.flow", 1, 1)


def node(name: str, *needs: Any, **more: Any) -> Node:
    return Node(name, Shell(Text((name,), STR)), needs=needs, origin=AT, **more)


def event(kind: str, task: str | None = None, **more: Any) -> dict[str, Any]:
    said = {"event": kind, "run": "r1", "flow": "nightly", **more}
    return said if task is None else said | {"task": task}


def progress(*events: dict[str, Any], waits: dict[str, frozenset[str]] | None = None) -> Progress:
    found = Progress(waits or {})
    for number, each in enumerate((event("run"), *events)):
        found.take(each, float(number))
    return found


def test_what_tasks_wait_for_is_read_from_the_graph() -> None:
    true = Lit(True, BOOL)
    graph = Graph(
        "nightly",
        nodes=(
            node("a"),
            node("check a > 0", Requires(Upstream("a"))),
            node("b", Requires(Upstream("a", checks=("check a > 0",))), fallback="spare"),
            node("spare"),
            node("c", AnyOf((Upstream("b"), Upstream("g", is_group=True))), scope=(InArm("if", 0), InLoop("for"))),
            node("d"),
            node("last", phase="finally"),
        ),
        decisions=(Decision("if", None, ((true,),), (), (Requires(Upstream("a")),), AT),),
        loops=(Loop("for", "x", None, List((), ListOf(INT)), (), (Requires(Upstream("d")),), origin=AT),),
        groups=(Group("g", ("d", "c"), ()),),
        origin=AT,
    )
    assert waits_of(graph) == {
        "a": frozenset(),
        "check a > 0": {"a"},
        "b": {"a", "check a > 0"},
        "c": {"a", "b", "d"},
        "d": frozenset(),
    }


def test_what_waits_and_why() -> None:
    waits = {
        "a": frozenset[str](),
        "b": frozenset({"a"}),
        "c": frozenset({"a", "b"}),
        "d": frozenset({"a"}),
        "e": frozenset({f"u{n}" for n in range(5)}),
    }
    found = progress(event("start", "a[1]", attempt=1), event("start", "d[0,1]", attempt=1), waits=waits)
    assert dict(found.waiting()) == {
        "b": "waits for a",
        "c": "waits for a, b",
        "e": "waits for u0, u1, u2 and 2 more",
    }
    found.take(event("end", "a[1]", outcome="succeeded", attempts=1), 9.0)
    assert dict(found.waiting())["b"] == "waits for its turn"


def test_a_name_that_looks_like_an_index() -> None:
    waits = {"check x[0]": frozenset[str](), "after": frozenset({"check x[0]"})}
    found = progress(event("end", "check x[0]", outcome="succeeded", attempts=1), waits=waits)
    assert dict(found.waiting()) == {"after": "waits for its turn"}


def test_attempts_pauses_and_ends() -> None:
    found = progress(
        event("start", "a", attempt=1),
        event("failure", "a", attempt=1, message="exit 3", retries=True),
    )
    assert found.running["a"].is_pause
    found.take(event("start", "a", attempt=2), 5.0)
    assert (found.running["a"].number, found.running["a"].is_pause) == (2, False)
    found.take(event("end", "a", outcome="failed", attempts=2, message="exit 3"), 7.0)
    assert found.running == {}
    assert found.ended["a"].seconds == 6.0
    assert [name for name, _ in found.failures()] == ["a"]


def test_events_of_a_subflow_change_nothing() -> None:
    found = progress()
    assert not found.take(event("start", "x", attempt=1) | {"run": "r2"}, 1.0)
    assert found.running == {}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (event("run"), "nightly begins, run r1"),
        (event("run", executor="Dask at tcp://h:1"), "nightly begins, run r1, on Dask at tcp://h:1"),
        (event("start", "a", attempt=1), "a starts"),
        (event("start", "a", attempt=3), "a starts, attempt 3"),
        (
            event("failure", "a", attempt=1, message="exit 3\nand more", retries=True),
            "a failed attempt 1, will try again: exit 3",
        ),
        (event("end", "a", outcome="succeeded", attempts=1), "a succeeded"),
        (event("end", "a", outcome="failed", attempts=1, message="exit 3"), "a failed: exit 3"),
        (event("end", "a", outcome="skipped", attempts=0), "a skipped"),
        (event("warning", "check n > 0", message="few"), "check n > 0 warns: few"),
        (event("problem", where="if", message="KeyError: 'x'"), "if cannot be evaluated: KeyError: 'x'"),
        (event("finish", outcome="failed", message="x") | {"run": "r2", "flow": "child"}, "child: child failed: x"),
        (event("start", "x", attempt=1) | {"run": "r2", "flow": "child"}, "child: x starts"),
    ],
)
def test_lines(told: dict[str, Any], expected: str) -> None:
    assert line(told, progress(), 12.34) == f"    12.3s  {expected}"


def test_the_end_of_the_run_is_told_by_the_summary() -> None:
    assert line(event("finish", outcome="failed"), progress(), 1.0) is None


def test_a_last_failure_is_told_by_its_end() -> None:
    assert line(event("failure", "a", attempt=1, message="x", retries=False), progress(), 1.0) is None


def test_the_summary_of_a_failed_run(tmp_path: Path) -> None:
    (tmp_path / "a.2.log").write_text("output")
    found = progress(
        event("end", "a", outcome="failed", attempts=2, message="RuntimeError:\n  boom"),
        event("end", "b", outcome="failed", attempts=1),
    )
    text = summary(found, "nightly", outcome="failed", error="boom", outputs=None, seconds=3.21, logs=tmp_path)
    assert text == (
        "nightly failed after 3.2s, run r1\n"
        "  a failed: RuntimeError: boom\n"
        f"    printed: {tmp_path}/a.2.log\n"
        "  b failed: without a message\n"
        "  more: flowc runs show r1\n"
        "  go on where it stopped: --resume r1\n"
    )


def test_the_summary_of_a_good_run(tmp_path: Path) -> None:
    text = summary(progress(), "nightly", outcome="succeeded", error=None, outputs="3", seconds=61, logs=tmp_path)
    assert text == "nightly succeeded after 1m 1s, run r1\n  returned 3\n"


def test_a_failed_return_is_told(tmp_path: Path) -> None:
    text = summary(progress(), "nightly", outcome="failed", error="return: x", outputs=None, seconds=1, logs=tmp_path)
    assert "\n  return: x\n" in text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0s"), (59.94, "59.9s"), (125.9, "2m 5s"), (timedelta(hours=3.2).seconds, "3h 12m")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def picture(found: Progress, now: float) -> str:
    from rich.console import Console

    stream = io.StringIO()
    Console(file=stream, width=80, color_system=None).print(drawn(found, now))
    return stream.getvalue()


def test_the_picture() -> None:
    waits = {"a": frozenset[str](), "b": frozenset({"a"}), "c": frozenset[str]()}
    found = progress(event("end", "c", outcome="succeeded", attempts=1), event("start", "a", attempt=2), waits=waits)
    assert picture(found, 4.0).splitlines() == [
        "  ⠹ a  attempt 2  2.0s",
        "  · b  waits for a",
        "  1 ended, 1 running, 1 waiting, 4.0s",
    ]


def test_the_picture_stays_small() -> None:
    waits = {f"t{n}": frozenset({"first"}) for n in range(100)}
    starts = [event("start", f"s{n}", attempt=1) for n in range(50)]
    rows = picture(progress(*starts, waits=waits), 60.0).splitlines()
    assert len(rows) == 19
    assert "    and 42 more running" in rows
    assert "    and 92 more waiting" in rows


def test_what_has_ended_scrolls_by() -> None:
    stream = io.StringIO()
    with LiveView(Progress({}), stream) as view:
        view(event("run"))
        view(event("start", "a", attempt=1))
        view(event("end", "a", outcome="failed", attempts=3, message="exit 3\nmore"))
        view(event("finish", outcome="failed") | {"run": "r2", "flow": "child"})
    text = stream.getvalue()
    assert "✗ a  failed  0.0s  3 attempts  exit 3\n" in text
    assert "child: child failed" in text
