"""The versions of engines are whole: minors without gaps, a lock for each, and projects ask for what was shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flowc.compiler import compile_sources
from flowc.ir.graph import Program
from flowc.source import Source
from flowc.target.registry import target, with_engines
from flowc.target.versions import Version, Versions
from tools import sameness
from tools.locks import lock_of, locks

TARGETS = {name: known for name in with_engines() if (known := target(name).supported)}
EVERY = [pytest.param(name, each, id=f"{name}-{each.name}") for name, known in TARGETS.items() for each in known.every]


def program(body: str, tmp_path: Path) -> Program:
    path, text = tmp_path / "a.flow", f"flow f {{\n{body}\n}}\n"
    found = compile_sources([(path, Source("a.flow", text))]).program
    assert found is not None
    return found


def numbers(name: str) -> tuple[int, ...]:
    return tuple(map(int, name.split(".")))


@pytest.mark.parametrize("engine", TARGETS)
def test_minors_go_from_the_newest_to_the_oldest_without_a_gap(engine: str) -> None:
    minors = [numbers(version.minor) for version in TARGETS[engine].every]
    assert minors == [(minors[0][0], minors[0][1] - place) for place in range(len(minors))]
    assert len(minors) >= 2


@pytest.mark.parametrize(("engine", "version"), EVERY)
def test_the_lock_has_the_version(engine: str, version: Version) -> None:
    known = TARGETS[engine]
    text = lock_of(engine, None if version == known.newest else version.name).read_text("utf-8")
    assert f"\n{known.package}=={version.name} \\\n" in f"\n{text}"
    assert "://" not in text, "no lock has the address of a registry"
    assert re.findall(r"^[^\s#].*[^\\]$", text, re.MULTILINE) == [], "every package has its hashes"


@pytest.mark.parametrize(("engine", "version"), EVERY)
def test_every_story_was_run_on_it(engine: str, version: Version) -> None:
    """Those that came later are counted in the table; what is told of none that there is not."""
    told = sameness.read()[engine] if version == TARGETS[engine].newest else sameness.older()[engine][version.name]
    assert told.keys() <= sameness.names_of_stories()
    assert len(told) >= 100


def test_every_lock_is_resolved() -> None:
    folder = lock_of("airflow", "x").parent
    kept = {path.resolve() for path in folder.glob("*.txt")}
    assert kept == {lock.path.resolve() for lock in locks()}


def test_a_pin_has_its_reason() -> None:
    assert [
        version.name for known in TARGETS.values() for version in known.every if version.pins and not version.because
    ] == []


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ('task a = sh "true"', "apache-airflow>=3.0.6,<3.4"),
        ('task a = sh "true" retry 1, delay: 1s', "apache-airflow>=3.1.8,<3.4"),
        ('task a = sh "true" retry 3, delay: 1s, backoff: exponential', "apache-airflow>=3.3.2,<3.4"),
        ('deadline 1h\ntask a = sh "true" retry 1', "apache-airflow>=3.3.2,<3.4"),
    ],
)
def test_a_project_asks_for_what_it_runs_on(body: str, wanted: str, tmp_path: Path) -> None:
    assert TARGETS["airflow"].requirements(program(body, tmp_path)) == (wanted,)


def test_pins_of_all_versions_are_the_projects_too(tmp_path: Path) -> None:
    found = TARGETS["prefect"].requirements(program('task a = sh "true"', tmp_path))
    assert found == ("prefect>=3.7.8,<3.9", "fastapi<0.151", "sqlalchemy<2.1")


def test_what_a_lock_is_resolved_from() -> None:
    older = Version("1.2.3", pins=("other<2",), because="of a reason")
    known = Versions("engine", (Version("1.3.0"), older), beside=("engine-web=={version}", "psutil"), pins=("more<3",))
    assert known.locked(older) == ("engine==1.2.3", "engine-web==1.2.3", "psutil", "more<3", "other<2")
    assert known.locked(known.newest) == ("engine==1.3.0", "engine-web==1.3.0", "psutil", "more<3")
    assert known.named("1.2.3") == older
    assert str(known) == "1.2 to 1.3"
