"""Rule 21: slots of pools and locks over all runs; priorities; rule 24: recorded values."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime.actions import Python, call
from flowc.runtime.cache import Cache as Store
from flowc.runtime.facts import broken, spans
from flowc.runtime.journal import read
from flowc.runtime.model import Cache, Flow, InLoop, Loop, Requires, Retry, Slots, Task
from flowc.runtime.pools import Pools

from .conftest import Run, lines, of

X: Any = {"scope": [InLoop("x")]}


def test_slots_are_taken_all_or_none(tmp_path: Path) -> None:
    pools = Pools(tmp_path)
    first = pools.take("cpu", 3, 2)
    assert first
    assert pools.take("cpu", 3, 2) is None
    second = pools.take("cpu", 3, 1)
    assert second
    assert pools.take("cpu", 3) is None
    first.release()
    assert pools.take("cpu", 3, 2)


def test_names_of_pools_may_be_anything(tmp_path: Path) -> None:
    pools = Pools(tmp_path)
    for name in ("a/b", "..", "x" * 5000, "lock model/\u00e4"):
        held = pools.take(name, 1)
        assert held
        assert pools.take(name, 1) is None
        held.release()


HOLDER = """
import sys, time
from pathlib import Path
from flowc.runtime.pools import Pools
held = Pools(Path(sys.argv[1])).take("cpu", 1)
print("held", flush=True)
time.sleep(60)
"""


def test_a_slot_is_free_when_its_holder_dies(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        pools = Pools(tmp_path)
        assert pools.take("cpu", 1) is None
        process.kill()
        process.wait()
        assert pools.take("cpu", 1)


def naps(**more: Any) -> Flow:
    nap = Task("t", Python("work:nap", lambda v: call(0.03)), **X, **more)
    return Flow("f", [nap], loops=[Loop("x", lambda v: [0] * 5)], pools={"cpu": 3})


@pytest.mark.parametrize(("slots", "at_once"), [(1, 3), (2, 1), (3, 1)])
def test_a_pool_is_not_exceeded(go: Run, slots: int, at_once: int) -> None:
    flow = naps(pool=Slots("cpu", slots))
    found = go(flow, executor="processes", jobs=5)
    assert found.outcome == "succeeded"
    assert broken(flow, spans(read(found.folder / "journal"))) == []


def test_a_lock_has_one_holder(go: Run, tmp_path: Path) -> None:
    log = str(tmp_path / "log")
    tasks = [Task(name, Python("work:nap", lambda v: call(0.05, log)), lock=lambda v: "model/x") for name in "abc"]
    assert go(*tasks, executor="processes", jobs=3).outcome == "succeeded"
    assert [line.split()[0] for line in Path(log).read_text().splitlines()] == ["start", "end"] * 3


def test_pools_hold_over_all_runs(go: Run, tmp_path: Path) -> None:
    log = str(tmp_path / "log")
    flow = Flow("f", [Task("a", Python("work:nap", lambda v: call(0.1, log)), pool=Slots("one"))], pools={"one": 1})
    threads = [threading.Thread(target=go, args=(flow,), kwargs={"executor": "processes"}) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [line.split()[0] for line in Path(log).read_text().splitlines()] == ["start", "end"] * 3


def test_no_slot_is_held_in_a_pause(go: Run, tmp_path: Path) -> None:
    log = str(tmp_path / "log")
    fails = Task(
        "a",
        Python("work:flaky", lambda v: call(str(tmp_path / "n"), 1)),
        pool=Slots("one"),
        retry=Retry(1, timedelta(seconds=0.5)),
        priority=1,
    )
    other = Task("b", Python("work:note", lambda v: call(log, str((tmp_path / "n").stat().st_size))), pool=Slots("one"))
    go(Flow("f", [fails, other], pools={"one": 1}), jobs=1)
    assert Path(log).read_text() == "1\n"


def test_the_higher_priority_starts_first(go: Run) -> None:
    tasks = [
        Task(name, Python("work:give"), priority=priority)
        for name, priority in (("a", 0), ("b", 5), ("c", -1), ("d", 5))
    ]
    found = go(*tasks, jobs=1)
    starts = [record["task"] for record in read(found.folder / "journal") if record["event"] == "start"]
    assert starts == ["b", "d", "a", "c"]


# ------------------------------------------------------------------ facts


def test_facts_tell_what_does_not_hold() -> None:
    from flowc.runtime.facts import Span

    tasks = [
        Task("a", Python("work:give"), retry=Retry(1, timedelta(seconds=5)), pool=Slots("one")),
        Task("b", Python("work:give"), needs=[Requires("a")], pool=Slots("one")),
        Task("t", Python("work:give"), **X),
    ]
    flow = Flow("f", tasks, loops=[Loop("x", lambda v: [], limit=1)], pools={"one": 1})
    early = [Span("a", (), 1, 0.0, 1.0), Span("a", (), 2, 2.0, 3.0), Span("b", (), 1, 2.5, 4.0)]
    crowd = [Span("t", (0,), 1, 0.0, 2.0), Span("t", (1,), 1, 1.0, 2.0)]
    assert broken(flow, early + crowd) == [
        "b[] started before a[] had ended",
        "pool one has 1 slots, and 2 were held",
        "t is limited to 1, and 2 ran at once",
        "a[] paused 1.000 s, not 5",
    ]


def test_who_may_have_waited_for_a_pool_is_no_witness_of_it() -> None:
    from flowc.runtime.facts import Span

    flow = Flow("f", [Task(name, Python("work:give"), pool=Slots("one")) for name in "ab"], pools={"one": 1})
    both = [Span("a", (), 1, 0.0, 2.0), Span("b", (), 1, 1.0, 3.0)]
    assert broken(flow, both) == ["pool one has 1 slots, and 2 were held"]
    assert broken(flow, [both[0], Span("b", (), 1, 1.0, 3.0, waits=True)]) == []


def test_facts_hold_of_what_ran(go: Run, tmp_path: Path) -> None:
    counts = Python("work:flaky", lambda v: call(str(tmp_path / "n"), 2, [1, 2, 3]))
    flow = Flow(
        "f",
        [
            Task("n", counts, "any", retry=Retry(2, timedelta(seconds=0.05), "linear")),
            Task("t", Python("work:nap", lambda v: call(0.01, value=v.item("x"))), "any", **X),
            of("g", lambda v: v.value("t"), [Requires("t")]),
        ],
        loops=[Loop("x", lambda v: v.value("n"), needs=[Requires("n")], limit=2)],
    )  # fmt: skip
    found = go(flow, executor="processes")
    records = spans(read(found.folder / "journal"))
    assert (len(records), broken(flow, records)) == (7, [])


# ------------------------------------------------------------------ recorded values


def test_a_recorded_value_saves_the_attempt(go: Run, tmp_path: Path) -> None:
    def flow(key: Any = None, argument: int = 1) -> Flow:
        noted = Python("work:note", lambda v: call("log", "ran", argument))
        return Flow("f", [Task("a", noted, "int", cache=Cache(key))])

    os.chdir(tmp_path)
    assert [lines(go(flow()))[0] for _ in range(2)] == ["a succeeded 1 1"] * 2
    assert (tmp_path / "log").read_text() == "ran\n"
    assert lines(go(flow(argument=2)))[0] == "a succeeded 1 2"
    assert lines(go(flow(lambda v: ["k"], 3)))[0] == "a succeeded 1 3"
    assert lines(go(flow(lambda v: ["k"], 4)))[0] == "a succeeded 1 3"
    assert (tmp_path / "log").read_text() == "ran\n" * 3


def test_a_record_grows_too_old(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.take("k", None) is None
    store.put("k", "5", flow="f", task="a")
    assert (store.take("k", timedelta(hours=1)), store.take("k", timedelta(0))) == (("5",), None)
    (tmp_path / "k").write_text("{")
    assert store.take("k", None) is None
