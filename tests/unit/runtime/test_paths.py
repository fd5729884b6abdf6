"""Paths that keep their text, and are paths in every other way."""

from __future__ import annotations

import os
import pathlib
import pickle

import pytest

from flowc.runtime.operators import join_path
from flowc.runtime.paths import Table, path, read_table


@pytest.mark.parametrize("said", ["s3://lake/orders", "./in/", "a//b", "a/b", "in/", "/", "~/x"])
def test_the_text_is_untouched(said: str) -> None:
    found = path(said)
    assert (str(found), os.fspath(found), f"{found}") == (said, said, said)
    assert isinstance(found, pathlib.Path)
    assert str(pickle.loads(pickle.dumps(found))) == said


def test_it_is_the_same_place() -> None:
    assert path("./in/") == pathlib.Path("in")
    assert pathlib.Path("in") == path("./in/")
    assert {path("./in/"): 1}[pathlib.Path("in")] == 1  # type: ignore[index]


def test_what_is_derived_is_ordinary(tmp_path: pathlib.Path) -> None:
    (tmp_path / "x.csv").touch()
    found = path(f"{tmp_path}//")
    assert [str(each) for each in found.glob("*.csv")] == [f"{tmp_path}/x.csv"]
    assert f"{tmp_path}/x.csv" in [str(each) for each in found.iterdir()]
    assert str(path("./in/") / "x") == "in/x"
    assert (path("./in/").name, str(path("./in/").parent)) == ("in", ".")


@pytest.mark.parametrize(
    ("said", "folder"),
    [("s3://lake/a/b.csv", "s3://lake/a"), ("s3://lake/a/", "s3://lake"), ("s3://lake", "s3://lake"), ("./a//b", "a")],
)
def test_the_folder_of_a_url_is_a_url(said: str, folder: str) -> None:
    assert str(path(said).parent) == folder


def test_what_is_derived_of_a_url_is_a_url() -> None:
    folder = path("s3://lake/a/")
    file = folder / "b" / "c.tar.gz"
    assert (str(file), str(file.parent)) == ("s3://lake/a/b/c.tar.gz", "s3://lake/a/b")
    assert str(folder.joinpath("b", pathlib.PurePath("c"))) == "s3://lake/a/b/c"
    assert (str(folder.joinpath()), str(folder / "/b")) == ("s3://lake/a/", "/b")
    assert str(file.with_name("d.csv")) == "s3://lake/a/b/d.csv"
    assert (str(file.with_suffix(".zip")), str(file.with_stem("e"))) == (
        "s3://lake/a/b/c.tar.zip",
        "s3://lake/a/b/e.gz",
    )
    assert str(path("./in/a.csv").with_name("b.csv")) == "in/b.csv"
    with pytest.raises(TypeError):
        folder / 3  # type: ignore[operator]


@pytest.mark.parametrize(
    ("folder", "name", "joined"),
    [("s3://lake", "x", "s3://lake/x"), ("a/", "b", "a/b"), (".", "b", "b"), ("a", "/b", "/b"), ("/", "b", "/b")],
)
def test_joining_keeps_the_text(folder: str, name: str, joined: str) -> None:
    assert str(join_path(path(folder), name)) == joined


def test_tables_know_their_connection() -> None:
    found = read_table("@wh/raw.orders")
    assert (str(found), found.connection, found.handle) == ("raw.orders", "wh", "@wh/raw.orders")
    assert read_table("raw.orders").handle == "raw.orders"
    assert pickle.loads(pickle.dumps(found)).handle == found.handle
    assert isinstance(found, Table)
