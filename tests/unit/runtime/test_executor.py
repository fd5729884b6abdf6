"""The contract of executors: what all of them do, and how one is found by its name."""

from __future__ import annotations

import selectors
import sys
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime import executor
from flowc.runtime.actions import Python, Shell, call
from flowc.runtime.errors import UsageError
from flowc.runtime.executor import Executor, Place, made
from flowc.runtime.executor_processes import Processes
from flowc.runtime.model import InLoop, Loop, Requires, Retry, Task

from .conftest import Run, bad, lines, of, ok

EXECUTORS = ("inline", "processes")


@pytest.mark.parametrize("name", EXECUTORS)
def test_values_failures_and_retries_are_the_same(go: Run, tmp_path: Path, name: str) -> None:
    found = go(
        ok("a", {"n": [1, 2.5, None]}),
        of("b", lambda v: len(v.value("a")["n"]), [Requires("a")], output="int"),
        Task("c", Python("work:flaky", lambda v: call(str(tmp_path / "count"), 1, 7)), "int", retry=Retry(2)),
        Task("d", Shell("echo '[1, 2]'"), "list[int]"),
        bad("e", fallback="f"),
        ok("f", "saved"),
        ok("g", "text", output="int"),
        Task("h", Python("no.such.module:f")),
        executor=name,
    )
    assert lines(found) == [
        'a succeeded 1 {"n":[1,2.5,null]}',
        "b succeeded 1 3",
        "c succeeded 2 7",
        "d succeeded 1 [1,2]",
        'e recovered 1 "saved"',
        'f succeeded 1 "saved"',
        "g failed 1",
        "h failed 1",
        "run failed",
    ]


@pytest.mark.parametrize("name", EXECUTORS)
def test_many_attempts(go: Run, name: str) -> None:
    task = of("n", lambda v: v.item("x") * 2, output="int", scope=[InLoop("x")])
    found = go(task, loops=[Loop("x", lambda v: list(range(40)))], executor=name, jobs=3)
    assert found.outcome == "succeeded"
    assert "n[39] succeeded 1 78" in lines(found)


def stops_nothing_else(found: Executor) -> None:
    """An executor that is asked to stop what is not its own lets it be."""

    class Other:
        def stop(self) -> None:
            raise AssertionError("it is not mine")

    found.stop([Other()])
    found.renew()
    found.close()


@pytest.mark.parametrize("name", EXECUTORS)
def test_what_is_not_its_own_is_no_matter(tmp_path: Path, name: str) -> None:
    place = place_of(tmp_path)
    stops_nothing_else(made(name, place))
    assert [*place.selector.get_map()] == []


# ------------------------------------------------------------------ by its name


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Installs packages that bring executors: a name each, and what it leads to."""

    def install(name: str, leads_to: str) -> None:
        folder = tmp_path / f"{name}-site"
        info = folder / f"{name}_pack-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-pack\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{executor.GROUP}]\n{name} = {leads_to}\n")
        (folder / f"{name}_pack.py").write_text(_PACKAGE)
        monkeypatch.syspath_prepend(str(folder))

    yield install
    for name in [name for name in sys.modules if name.endswith("_pack")]:
        del sys.modules[name]


_PACKAGE = '''
from flowc.runtime.executor_processes import Processes

class Lazy(Processes):
    """Ours, one at a time."""

    def __init__(self, place, argument):
        super().__init__(place)
        self.slots = int(argument or 1)

number = 3
'''


def place_of(root: Path) -> Place:
    def later(delay: float, call: Any) -> Any:
        raise AssertionError("nothing is due")

    return Place(root, root / ".flowc", "mark", selectors.DefaultSelector(), later, 2)


def test_ours_are_found(tmp_path: Path) -> None:
    place = place_of(tmp_path)
    found = made("processes", place)
    assert isinstance(found, Processes)
    assert found.slots == 2
    found.close()


def test_one_that_a_package_brings_runs_tasks(package: Any, go: Run) -> None:
    package("lazy", "lazy_pack:Lazy")
    assert lines(go(ok("a", 1), Task("b", Shell("echo 2"), "int"), executor="lazy=2")) == [
        "a succeeded 1 1",
        "b succeeded 1 2",
        "run succeeded",
    ]
    assert "lazy" in executor.names()


@pytest.mark.parametrize(
    ("name", "leads_to", "said", "message"),
    [
        ("lazy", "lazy_pack:Lazy", "lasy", "there is no executor lasy: there are"),
        ("lazy", "lazy_pack:Other", "lazy", "the package lazy-pack does not load: AttributeError"),
        ("lazy", "lazy_pack:number", "lazy", "the executor lazy of the package lazy-pack is not callable"),
        ("inline", "inline_pack:Lazy", "inline", "`inline` is an executor of ours, and the package inline-pack brings"),
    ],
)
def test_one_that_cannot_be_had_is_told_of(
    package: Any, tmp_path: Path, name: str, leads_to: str, said: str, message: str
) -> None:
    package(name, leads_to)
    with pytest.raises(UsageError) as found:
        made(said, place_of(tmp_path))
    assert message in str(found.value)


def test_ours_take_no_argument(tmp_path: Path) -> None:
    for name in ("processes", "inline"):
        with pytest.raises(UsageError, match="takes no argument, found 7"):
            made(f"{name}=7", place_of(tmp_path))


def test_a_run_that_names_none_is_no_run(go: Run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no executor kubernetes: there are .*inline.*processes"):
        go(ok("a"), executor="kubernetes")
    assert not (tmp_path / ".flowc").exists()
