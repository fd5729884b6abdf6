"""What goes elsewhere and comes back: stores, packed projects, what was printed, the files that values name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime import shipping
from flowc.runtime.cargo import Cargo
from flowc.runtime.dask_project import is_inside, paths_in
from flowc.runtime.dask_words import LARGE
from flowc.runtime.errors import TaskFailure
from flowc.runtime.paths import path
from flowc.runtime.printed import Printed
from flowc.runtime.store import Store, StoreError
from flowc.runtime.values import encode

MEMORY = "memory://flow-store"


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    found = Store(str(tmp_path / "store") if request.param == "folder" else MEMORY)
    yield found
    found.clear()


def test_what_is_put_is_taken_by_its_digest(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc" * 1000)
    digest = store.put(b"abc" * 1000)
    assert store.put_file(tmp_path / "a") == digest
    other = Store(store.place)
    assert other.get(digest) == b"abc" * 1000
    other.get_file(digest, tmp_path / "deep" / "b")
    assert (tmp_path / "deep" / "b").read_bytes() == b"abc" * 1000
    assert [*(tmp_path / "deep").iterdir()] == [tmp_path / "deep" / "b"]


def test_what_is_not_there_is_told_of(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=f"the store {store.place} does not give an object: FileNotFoundError"):
        store.get("0" * 64)
    with pytest.raises(StoreError):
        store.get_file("0" * 64, tmp_path / "b")
    assert not (tmp_path / "b").exists()
    digest = store.put(b"x")
    store.clear()
    with pytest.raises(StoreError):
        Store(store.place).get(digest)


def test_what_was_changed_is_told_from_what_is_whole(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    digest = store.put(b"whole")
    (tmp_path / "store" / digest[:2] / digest).write_bytes(b"who")
    with pytest.raises(StoreError, match="holds something else than was put there"):
        store.get(digest)
    with pytest.raises(StoreError, match="holds something else"):
        store.get_file(digest, tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_scheme_that_nobody_knows() -> None:
    with pytest.raises(StoreError, match="a store at nowhere://x needs fsspec and its package for nowhere"):
        Store("nowhere://x")


# ------------------------------------------------------------------ packed projects


def lay(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def test_a_project_is_packed_without_what_is_none_of_it(tmp_path: Path) -> None:
    root = tmp_path / "project"
    lay(root, "a.flow", "shop/etl.py", "data/in.csv", ".env", ".git/config", ".flowc/runs/1/journal", "env/pyvenv.cfg")
    lay(root, "env/bin/python", "shop/__pycache__/etl.pyc", ".pytest_cache/x", "node_modules/x/y.js")
    (root / "run.sh").write_text("true")
    (root / "run.sh").chmod(0o755)
    digest, data = shipping.packed(root)
    assert shipping.packed(root) == (digest, data)
    shipping.unpack(data, tmp_path / "copy")
    found = {
        file.relative_to(tmp_path / "copy").as_posix() for file in (tmp_path / "copy").rglob("*") if file.is_file()
    }
    assert found == {"a.flow", "shop/etl.py", "data/in.csv", ".env", "run.sh"}
    assert (tmp_path / "copy" / "run.sh").stat().st_mode & 0o777 == 0o755


def test_a_project_that_is_too_large_says_what_is(tmp_path: Path) -> None:
    import random

    (tmp_path / "b.bin").write_bytes(random.Random(1).randbytes(2 << 20))
    lay(tmp_path, "a.flow")
    with pytest.raises(
        shipping.TooLarge, match=r"more than 1 MiB packed, the largest files so far are b.bin \(2 MiB\)"
    ):
        shipping.packed(tmp_path, 1 << 20)


def test_an_archive_leads_nowhere_else(tmp_path: Path) -> None:
    import gzip
    import io
    import tarfile

    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("../out"))
    with pytest.raises(shipping.UsageError, match="which is no file of a project"):
        shipping.unpack(gzip.compress(data.getvalue()), tmp_path / "copy")
    assert not (tmp_path / "out").exists()


# ------------------------------------------------------------------ what was printed


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_much_is_cut_in_its_middle(size: int) -> None:
    said = b"".join(b"%04d" % number for number in range(1000))
    printed = Printed(half=100)
    for start in range(0, len(said), size):
        printed.add(said[start : start + size])
    first, told, last = printed.pieces()
    assert (first, last) == (said[:100], said[-100:])
    assert told == b"\n... 3800 bytes are left out here ...\n"


def test_little_is_whole() -> None:
    printed = Printed(half=100)
    for _ in range(20):
        printed.add(b"0123456789")
    assert b"".join(printed.pieces()) == b"0123456789" * 20


# ------------------------------------------------------------------ what goes with an attempt


def cargo(tmp_path: Path, *, is_near: bool = False) -> Cargo:
    (tmp_path / ".flowc" / "runs" / "r").mkdir(parents=True, exist_ok=True)
    return Cargo(tmp_path, tmp_path / ".flowc", Store(str(tmp_path / "store")), is_near=is_near)


def asked(*args: Any) -> dict[str, Any]:
    return {"kind": "python", "args": list(args), "named": {}, "env": {"A": "b"}, "secrets": {"S": "s" * LARGE}}


def test_a_large_argument_goes_through_the_store_as_it_was_given(tmp_path: Path) -> None:
    value = encode(["ä" * LARGE, 1.5, None])
    mine = cargo(tmp_path)
    digest = mine.store.put(value.encode())
    packed = mine.pack(asked(1, json.loads(value)), for_all=False)
    assert packed["large"] == [("args", 1, digest)]
    request = json.loads(packed["request"])
    assert request["args"] == [1, None]
    assert request["secrets"] == {"S": "s" * LARGE}, "a secret goes into no store"


def test_what_only_some_can_reach_is_not_for_all(tmp_path: Path) -> None:
    mine = cargo(tmp_path, is_near=True)
    assert mine.pack(asked("x" * LARGE), for_all=True)["large"] == []
    assert mine.pack(asked("x" * LARGE), for_all=False)["large"] != []


def test_a_file_that_a_task_gave_goes_to_whoever_names_it(tmp_path: Path) -> None:
    mine = cargo(tmp_path)
    digest = mine.store.put(b"content")
    mine.bring_home([("build/a", [("build/a/b.txt", digest, 0o640), ("build/a/c", "", 0o755)])], "r")
    assert (tmp_path / "build/a/b.txt").read_bytes() == b"content"
    wanted = [("build/a/b.txt", digest, 0o640), ("build/a/c", "", 0o755)]
    for each in (mine, cargo(tmp_path)):  # one that begins later knows of it too
        assert each.pack(asked(path("build/a")), for_all=True)["brings"] == wanted
        assert each.pack(asked("cat 'build/a/b.txt'"), for_all=True)["brings"] == wanted
        assert each.pack(asked("other"), for_all=True)["brings"] == []
        assert each.pack(asked(path("build/a")), for_all=False)["brings"] == []
    (tmp_path / "build/a/b.txt").write_bytes(b"changed by hand")
    ((_, now, _), _) = mine.pack(asked(path("build/a")), for_all=True)["brings"]
    assert mine.store.get(now) == b"changed by hand"


def test_a_file_without_a_store_for_all_says_what_to_do(tmp_path: Path) -> None:
    mine = cargo(tmp_path, is_near=True)
    mine.bring_home([("a", [("a", mine.store.put(b"content"), 0o640)])], "r")
    with pytest.raises(TaskFailure, match="the path a needs a store that all can reach: --store URL"):
        mine.pack(asked(path("a")), for_all=True)


def test_paths_of_a_value() -> None:
    value = encode({"a": path("x/y"), "b": [path("s3://lake/z")], "$path": "no path"})
    assert paths_in(value) == ["x/y", "s3://lake/z"]
    assert paths_in(encode("$path")) == []
    inside = {name: is_inside(name) for name in ("x/y", "./x", "x/../y", "../x", "x/../../y", "/x", "s3://a/b", ".")}
    assert [name for name, found in inside.items() if found] == ["x/y", "./x", "x/../y"]
