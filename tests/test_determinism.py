"""The same source gives the same bytes: whatever the hash seed, and in whatever order a disk lists its files."""

from __future__ import annotations

import random
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import Flowc
from tests.stories import ENGINES

ROOT = Path(__file__).parents[1]
SEEDS = ("0", "1", "4242")
# Examples 04 to 07 use words that no target can say yet; tests/test_examples.py shows where they are refused.
STORIES = sorted({path.parent for path in ROOT.glob("examples/0[123]*/*.flow")})


def copied(source: Path, to: Path, seed: str) -> Path:
    """A copy whose files were made in another order, so that most disks list them in another order."""
    left_out = {".flowc", "__pycache__"}
    files = sorted(path for path in source.rglob("*") if path.is_file() and not left_out & {*path.parts})
    random.Random(seed).shuffle(files)
    for path in files:
        (to / path.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to / path.relative_to(source))
    return to


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
@pytest.mark.parametrize("target", ENGINES)
@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.name)
def test_a_build_depends_on_the_source_alone(story: Path, target: str, flowc: Flowc, tmp_path: Path) -> None:
    built: list[dict[str, str]] = []
    for seed in SEEDS:
        folder = copied(story, tmp_path / seed / story.name, seed)
        done = flowc("build", ".", "--target", target, "-o", "out", cwd=folder, env={"PYTHONHASHSEED": seed})
        assert done.returncode == 0, done.stdout + done.stderr
        built.append(digests(folder / "out"))
    assert built[0] != {}
    assert built == [built[0]] * len(SEEDS)
