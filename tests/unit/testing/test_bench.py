"""The place where tests are run: nothing of it is left, also where somebody stops it."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest

from flowc.runtime.actions import Pretend
from flowc.runtime.attempts import Result, Success
from flowc.runtime.errors import Failure
from flowc.runtime.model import Flow, Requires, Retry, Task
from flowc.runtime.view import RunInfo
from flowc.testing.bench import Bench

AT = datetime(2024, 6, 4, tzinfo=UTC)
INFO = RunInfo("test", "f", AT, AT.date(), "test")


def interrupted(index: tuple[int, ...]) -> Result:
    os.kill(os.getpid(), signal.SIGINT)
    return Success()


def test_an_interrupt_ends_all_of_it_at_once() -> None:
    before = signal.getsignal(signal.SIGINT)
    flow = Flow("f", [Task("a", Pretend(interrupted)), Task("b", Pretend(interrupted), needs=[Requires("a")])])
    with pytest.raises(KeyboardInterrupt), Bench() as bench:
        bench.run(flow, INFO, {}, ())
    assert signal.getsignal(signal.SIGINT) is before
    assert not bench.folder.exists()


def test_the_clock_begins_at_the_runs_instant_and_leaps() -> None:
    failing = Task("a", Pretend(lambda index: Failure("boom")), retry=Retry(2, delay=timedelta(days=3)))
    with Bench() as bench:
        run = bench.run(Flow("f", [failing]), INFO, {}, ())
        assert bench.engine.clock.instant() == AT + timedelta(days=6)
        assert [" ".join(line.split()) for line in bench.trace(run)] == ["a failed 3", "run failed"]
    assert not bench.folder.exists()
