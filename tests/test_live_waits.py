"""What grows old and what is waited for, on live engines: told and answered over their own APIs."""

from __future__ import annotations

import json
import shutil
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from attrs import asdict

from flowc.cli import main
from tests.conftest import engine_python, one_engine_at_a_time
from tests.live.servers import tails
from tests.live.waiting import LATE, TRACES, WAITS
from tests.stories import ENGINES

Live = Callable[[str], Mapping[str, Any]]
REAL = [engine for engine in ENGINES if engine != "native"]


def live_engines(test: Callable[..., None]) -> Callable[..., None]:
    """A test that looks at what came of it; the first to come does all of it, hence the time."""
    return pytest.mark.engine(pytest.mark.slow(pytest.mark.timeout(1800)(test)))


@pytest.fixture(scope="session")
def live(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Live:
    """What came of it on an engine, which is started once, in whichever test process comes first."""

    def found(engine: str) -> Mapping[str, Any]:
        kept = shared / f"waits-{engine}.json"
        with one_engine_at_a_time(shared):
            if not kept.exists():
                kept.write_text(json.dumps(_batch(engine, tmp_path_factory.mktemp(f"waits-{engine}"))), "utf-8")
        return json.loads(kept.read_text("utf-8"))

    return found


def _batch(engine: str, home: Path) -> dict[str, Any]:
    source = Path(shutil.copytree(WAITS, home / "source"))
    assert main(["build", str(source), "--target", engine, "-o", str(home / "project")]) == 0
    try:
        seen = import_module(f"tests.live.{engine}_waits").see(engine_python(engine), home / "project", home)
    except Exception:
        return {"problem": f"{traceback.format_exc()}\n{tails(home)}"}
    return asdict(seen)


@live_engines
@pytest.mark.parametrize("engine", REAL)
def test_an_asset_is_late_until_it_is_written_again(engine: str, live: Live) -> None:
    found = live(engine)
    assert "problem" not in found, found["problem"]
    assert found["ages"] == LATE


@live_engines
@pytest.mark.parametrize("run", TRACES)
@pytest.mark.parametrize("engine", REAL)
def test_a_wait_gives_its_trace(engine: str, run: str, live: Live) -> None:
    """For an asset that another run writes, and for an approval, of which one is given and one refused."""
    found = live(engine)
    assert "problem" not in found, found["problem"]
    assert found["traces"][run] == TRACES[run]
