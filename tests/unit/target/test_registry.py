"""Targets from outside: a tiny package on the path, with the entry point and nothing else of ours."""

import textwrap
from pathlib import Path

import pytest

from flowc.kinds.base import Kind
from flowc.target import registry
from flowc.target.registry import PluginError

TARGET = """
from flowc.emit.tree import FileTree
from flowc.target.contract import Target
TARGET = Target("{name}", "Tiny", "1", {{}}, lambda program: program, lambda model: FileTree())
"""
KIND = "from flowc.kinds.base import Kind\nKIND = Kind('tiny', 'a tiny kind', lambda action, desk: None)\n"


@pytest.fixture(autouse=True)
def no_builtin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_builtin", lambda: ("airflow",))


def install(path: Path, monkeypatch: pytest.MonkeyPatch, package: str, offers: str, source: str) -> None:
    root = path / package
    (root / f"{package}-1.dist-info").mkdir(parents=True)
    (root / f"{package}-1.dist-info/METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n")
    (root / f"{package}-1.dist-info/entry_points.txt").write_text(textwrap.dedent(offers))
    (root / f"{package}.py").write_text(source)
    monkeypatch.syspath_prepend(root)


def test_a_target_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "out_one", "[flowc.targets]\ntiny = out_one:TARGET\n", TARGET.format(name="tiny"))
    assert registry.target_names() == ("airflow", "tiny")
    assert registry.target("tiny").engine == "Tiny"


def test_no_such_target() -> None:
    with pytest.raises(KeyError):
        registry.target("nothing")


def test_a_name_twice_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("twice_a", "twice_b"):
        offer = f"[flowc.targets]\ntiny = {package}:TARGET\n"
        install(tmp_path, monkeypatch, package, offer, TARGET.format(name="tiny"))
    with pytest.raises(PluginError, match=r"both the package twice_. and the package twice_. bring `tiny`"):
        registry.target_names()


def test_one_of_ours_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(
        tmp_path, monkeypatch, "out_two", "[flowc.targets]\nairflow = out_two:TARGET\n", TARGET.format(name="airflow")
    )
    with pytest.raises(PluginError, match="`airflow` is a target of ours, and the package out_two brings another one"):
        registry.target("airflow")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("TARGET = 3", "is no Target, but int"),
        ("raise OSError('gone')", "the package broken does not load: OSError: gone"),
        (TARGET.format(name="other"), "offers the target `tiny`, which calls itself `other`"),
    ],
)
def test_a_broken_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, message: str) -> None:
    monkeypatch.delitem(__import__("sys").modules, "broken", raising=False)
    install(tmp_path, monkeypatch, "broken", "[flowc.targets]\ntiny = broken:TARGET\n", source)
    with pytest.raises(PluginError, match=message):
        registry.target("tiny")


def test_a_kind_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "out_three", "[flowc.kinds]\ntiny = out_three:KIND\n", KIND)
    assert [(name, type(kind)) for name, kind in registry.outside_kinds(["python"]).items()] == [("tiny", Kind)]
    with pytest.raises(PluginError, match="`tiny` is a kind of ours"):
        registry.outside_kinds(["tiny"])
