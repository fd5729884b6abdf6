"""One engine that goes on with a run while it works on others: none of its own workers is taken for a left over one."""

from pathlib import Path

from flowc.runtime import launch
from flowc.runtime.actions import Shell
from flowc.runtime.engine import Engine
from flowc.runtime.model import Flow, Requires, Task


def test_a_run_goes_on_in_the_engine_that_worked_on_it(tmp_path: Path) -> None:
    tasks = [
        Task("first", Shell(lambda v: "sleep 0")),
        Task("second", Shell(lambda v: "test -e mended"), needs=[Requires("first")]),
    ]
    other = Flow("other", [Task("waits", Shell(lambda v: "while ! test -e mended; do sleep 0.05; done; sleep 0.3"))])
    flow = Flow("flow", tasks)
    engine = Engine(tmp_path, flows={"flow": flow, "other": other}, jobs=4)
    try:
        failed = launch.prepare(engine, flow, {})
        engine.add(failed)
        engine.work()
        assert failed.outcome == "failed"
        beside = launch.prepare(engine, other, {})
        engine.add(beside)
        again = []

        def go_on() -> None:
            (tmp_path / "mended").touch()
            again.append(launch.resume(engine, failed.info.id))
            engine.add(again[0])

        engine.clock.after(0.3, go_on)
        engine.work()
    finally:
        engine.close()
    assert [run.outcome for run in (beside, *again)] == ["succeeded", "succeeded"]
