"""Files of other machines, shown on the store that fsspec keeps in memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import fsspec
import pytest

from flowc.runtime import api, files
from flowc.runtime.actions import Shell, WaitFile
from flowc.runtime.model import Flow, Task
from flowc.runtime.paths import path


@pytest.fixture
def store() -> Iterator[Any]:
    found: Any = fsspec.filesystem("memory")
    found.pipe("/lake/b.csv", b"22")
    found.pipe("/lake/a.csv", b"1")
    found.mkdir("/lake/a.csv.d")
    yield found
    found.rm("/lake", recursive=True)


def test_the_first_match_is_told_as_the_pattern_writes_it(store: Any) -> None:
    assert str(files.first_match("memory://lake/*.csv")) == "memory:///lake/a.csv"
    assert files.first_match("memory://lake/*.json") is None
    assert str(files.first_match("memory://lake/b.csv")) == "memory:///lake/b.csv"


def test_a_file_that_is_written_anew_is_another_one(store: Any) -> None:
    first = files.listed("memory://lake/*.csv")
    assert [(each.path, each.size) for each in first] == [("memory:///lake/a.csv", 1), ("memory:///lake/b.csv", 2)]
    assert files.listed("memory://lake/*.csv") == first
    store.pipe("/lake/a.csv", b"3")
    assert [each.path for each in files.listed("memory://lake/*.csv") if each not in first] == ["memory:///lake/a.csv"]


@pytest.mark.parametrize("told", [{"ETag": '"x1"'}, {"etag": "x1"}, {"md5Hash": "x1"}])
def test_what_a_store_says_of_a_content_tells_it_from_others(told: dict[str, Any]) -> None:
    assert files._etag({**told, "size": 3}) == "x1"  # pyright: ignore[reportPrivateUsage]


def test_without_fsspec_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(ModuleNotFoundError, match=r"s3://lake/\* it needs fsspec"):
        files.first_match("s3://lake/*")


@pytest.mark.parametrize("is_path", [False, True])
def test_a_wait_looks_there_until_it_is_there(is_path: bool, tmp_path: Path) -> None:
    pattern = f"file://{tmp_path}/*.csv"
    words: Any = (lambda v: path(pattern)) if is_path else pattern
    wait = WaitFile(words, timedelta(milliseconds=100))
    flow = Flow(
        "waits",
        tasks=(
            Task("ready", wait, output="path"),
            Task("later", Shell("sleep 0.5; touch late.csv")),
        ),
    )
    result = api.run(flow, root=tmp_path)
    assert result.trace[1].split() == ["ready", "succeeded", "1", f'"file://{tmp_path}/late.csv"']


def test_a_wait_for_what_cannot_be_looked_at_fails(tmp_path: Path) -> None:
    flow = Flow("waits", tasks=(Task("ready", WaitFile("nosuch://lake/*.csv"), output="path"),))
    result = api.run(flow, root=tmp_path)
    assert result.trace[0].split() == ["ready", "failed", "1"]
