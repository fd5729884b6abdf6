"""Every story gives its trace, on every engine. What was seen is what the matrix in the README is made of."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from flowc.compiler import in_parts
from flowc.target.registry import target
from flowc.verify import Answer, Request, natively, on_engine
from tests.conftest import engine_python, engine_with_others
from tests.server import Server, serving
from tests.stories import ENGINES, Story, columns, stories
from tools import sameness

STORIES = stories()
LEAST = 60
VERSION = os.environ.get("FLOWC_VERSION", "")
"""The version of the engine that stories run on, where it is not the newest."""
NEWER = "the project asks for a newer one: "
Note = Callable[[str, object], None]


@pytest.fixture(scope="module")
def server() -> Generator[Server]:
    with serving() as found:
        yield found


REAL = [engine for engine in ENGINES if engine != "native"]
OLDER = [f"{name} {each.name}" for name in REAL if (known := target(name).supported) for each in known.every[1:]]


# ------------------------------------------------------------------ the stories themselves


def test_there_are_stories_enough() -> None:
    assert len(STORIES) >= LEAST


def test_every_rule_that_a_run_can_show_is_shown() -> None:
    shown = {rule for story in STORIES for rule in story.rules}
    assert {*range(1, 19), 21, "traces"} <= shown


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_story_is_told(story: Story) -> None:
    known = {"rules", "flow", "at", "server", "refused", "params", "values", "env", "secrets", "refuses", "differs"}
    known |= {"event", "partition"}
    assert story.told.keys() <= known
    assert story.title
    assert story.rules
    assert story.trace[-1].split("  ")[0] == "run"
    assert {*story.refuses, *story.differs} <= {*REAL, *OLDER}, "the native runner is the reference"


def test_the_matrix_is_made_of_these_stories_and_engines() -> None:
    wanted = {
        engine: {story.name: engine not in {*story.refuses, *story.differs} for story in STORIES} for engine in ENGINES
    }
    assert sameness.read() == wanted


# ------------------------------------------------------------------ natively


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_native(story: Story, server: Server, tmp_path: Path, record_property: Note) -> None:
    address = f"{server.url}/native-{story.name}"
    answer = natively(story.request(story.program("native"), address), tmp_path / "native")
    found = mistake(story, answer, tmp_path)
    record_property("engine", "native")
    record_property("story", story.name)
    record_property("equal", found is None)
    assert found is None, found


ORDERED = {"pools_and_locks", "priorities"}
"""They tell who of several tasks was first, which are in several parts here."""


@pytest.mark.slow
@pytest.mark.parametrize("story", [each for each in STORIES if each.name not in ORDERED], ids=lambda story: story.name)
def test_native_in_parts(story: Story, server: Server, tmp_path: Path) -> None:
    """As many parts as can be: a flow does the same in all of them."""
    program = in_parts(story.program("native"), 1)
    answer = natively(story.request(program, f"{server.url}/parts-{story.name}"), tmp_path / "native")
    found = mistake(story, answer, tmp_path)
    assert found is None, found


# ------------------------------------------------------------------ on the engines

Told = dict[str, str | None]


@pytest.fixture(scope="session")
def on_real(request: pytest.FixtureRequest, shared: Path) -> Callable[[str], Told]:
    """What is wrong with each story on an engine. They run in one batch, in the one process that has these tests."""
    kept: dict[str, Told] = {}

    def told(engine: str) -> Told:
        if engine not in kept:
            asked = {item.name for item in request.session.items}
            chosen = [story for story in STORIES if f"test_engine[{engine}-{story.name}]" in asked]
            with engine_with_others(shared):
                kept[engine] = batch(engine, chosen, engine_python(engine, VERSION), shared / engine)
        return kept[engine]

    return told


@pytest.mark.engine
@pytest.mark.timeout(3600)  # the first to come runs all of them
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
@pytest.mark.parametrize("engine", REAL)
def test_engine(engine: str, story: Story, on_real: Callable[[str], Told], record_property: Note) -> None:
    found = on_real(engine)[story.name]
    release = f"{engine} {VERSION}".strip()
    differs = story.differs.get(release) or story.differs.get(engine)
    record_property("engine", engine)
    record_property("version", VERSION)
    record_property("story", story.name)
    record_property("equal", found is None)
    record_property("why", story.refuses.get(engine) or differs or (found or "").removeprefix(NEWER))
    if engine in story.refuses:
        assert found is not None, "it says that it is refused, and it is not"
        assert story.refuses[engine] in found
        assert "error[FLOW901" in found
    elif differs:
        assert found is not None, "it says that it differs, and it does not"
    elif VERSION:
        assert found is None or found.startswith(NEWER), found
    else:
        assert found is None, found


def batch(engine: str, chosen: list[Story], python: Path, home: Path) -> Told:
    """What is wrong with each story on an engine; None where it is as it should be."""
    told: Told = {}
    requests = []
    with serving() as server:
        for story in chosen:
            try:
                request = story.request(story.program(engine), f"{server.url}/{engine}-{story.name}")
                if newer := _lacking(engine, request):
                    told[story.name] = newer
                else:
                    requests.append(request)
            except Exception:  # one that does not build is no reason to run none
                told[story.name] = traceback.format_exc()
        answers = on_engine(engine, python, requests, home)
    for each, answer in zip(requests, answers, strict=True):
        story = next(story for story in chosen if story.name == each.name)
        told[story.name] = mistake(story, answer, home)
    return told


def _lacking(engine: str, request: Request) -> str | None:
    """Why a project does not run on the version, as its requirements say too."""
    supported = target(engine).supported
    why = supported.lacking(request.program).get(VERSION) if supported and VERSION else None
    return f"{NEWER}{why}" if why else None


# ------------------------------------------------------------------ what is compared


def mistake(story: Story, answer: Answer, home: Path) -> str | None:
    """What an answer has against it, in words; `home` is the folder that holds all that the engine left behind."""
    leaks = [f"{path} holds {name}" for name, path in leaked(story, home)]
    if leaks:
        return "\n".join(leaks)
    if answer.broken:
        return "\n".join(answer.broken)
    if story.refused is not None and answer.is_refused:
        is_said = answer.engine != "native" or story.refused in str(answer.problem)
        return None if is_said else f"it was refused for another reason: {answer.problem}"
    if story.refused is not None and answer.engine == "native":
        return "it was not refused"
    if answer.problem is not None:
        return answer.problem
    got, wanted = columns(list(answer.lines)), story.trace
    if got == wanted:
        return None
    missing = [f"- {line}" for line in wanted if line not in got]
    more = [f"+ {line}" for line in got if line not in wanted]
    return "\n".join([*missing, *more]) or "the lines stand in another order:\n" + "\n".join(got)


def leaked(story: Story, home: Path) -> Iterator[tuple[str, Path]]:
    """The files that hold a secret of the story. Its own folder is copied into `home`, where story.toml may tell it."""
    if not story.secrets:
        return
    for path in home.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.name != "story.toml":
            content = path.read_bytes()
            yield from ((name, path) for name, value in story.secrets.items() if value.encode() in content)
