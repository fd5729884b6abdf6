"""`module:name` of the user's Python, read from its text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from flowc.ir.types import DATE, INT, NOTHING, PATH, STR
from flowc.sema.outside.python import ModuleNotFound, NotCallable, PythonIndex, SymbolNotFound
from flowc.sema.outside.signatures import PythonFunction
from flowc.sema.outside.symbols import Unreadable

Project = Callable[..., PythonIndex]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An index over files that are given as `path="text"`, `__` for `/`, and `INIT` for `__init__`."""

    def make(**files: str) -> PythonIndex:
        for name, text in files.items():
            path = tmp_path / (name.replace("__", "/").replace("INIT", "__init__") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        return PythonIndex([tmp_path])

    return make


def function(index: PythonIndex, name: str) -> PythonFunction:
    found = index.function(*name.split(":"))
    assert isinstance(found, PythonFunction), found
    return found


def shape(found: PythonFunction) -> list[tuple[str, str, bool]]:
    return [(p.name, p.kind, p.has_default) for p in found.parameters]


def test_a_function_tells_its_parameters_its_result_its_doc_and_its_place(project: Project, tmp_path: Path) -> None:
    index = project(
        shop__etl='''
        from datetime import date
        from pathlib import Path

        def extract(region: str, day: date, /, *rest, limit: int = 10, **more) -> Path:
            """Fetch the day's orders.

            More words.
            """
        '''
    )
    found = function(index, "shop.etl:extract")
    assert shape(found) == [
        ("region", "positional_only", False),
        ("day", "positional_only", False),
        ("rest", "var_positional", True),
        ("limit", "keyword", True),
        ("more", "var_keyword", True),
    ]
    assert [p.type for p in found.parameters] == [STR, DATE, None, INT, None]
    assert (found.type, found.doc, found.line) == (PATH, "Fetch the day's orders.", 5)
    assert found.path == tmp_path / "shop" / "etl.py"


def test_nothing_of_the_project_is_imported(project: Project) -> None:
    index = project(loud="raise SystemExit('imported')\ndef f(a): ...")
    assert shape(function(index, "loud:f")) == [("a", "positional", False)]
    assert "loud" not in sys.modules


def test_async_functions_generators_and_their_results(project: Project) -> None:
    index = project(
        m="""
        async def a() -> int: ...
        def g() -> int:
            yield 1
        def outer() -> int:
            def inner():
                yield 1
            return len(list(inner()))
        def nothing() -> None: ...
        def untold(): ...
        """
    )
    assert function(index, "m:a").is_async
    assert function(index, "m:a").type is None
    assert function(index, "m:g").is_generator
    assert function(index, "m:g").type is None
    assert not function(index, "m:outer").is_generator
    assert function(index, "m:outer").type == INT
    assert function(index, "m:nothing").type == NOTHING
    assert function(index, "m:untold").returns is None


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("facade:plain", 2),
        ("facade:renamed", 2),
        ("facade:starred", 2),
        ("facade:attribute", 2),
        ("facade:alias", 2),
        ("pkg:plain", 2),
        ("pkg.deep.core:plain", 2),
    ],
)
def test_names_are_followed_to_where_they_are_defined(project: Project, name: str, line: int) -> None:
    index = project(
        pkg__deep__core="""\
        import os
        def plain(a: int) -> int: ...
        starred = plain
        """,
        pkg__INIT="from .deep.core import plain\n",
        facade="""\
        from pkg.deep.core import *
        from pkg import plain as renamed
        import pkg.deep.core as core
        attribute = core.plain
        alias = renamed
        """,
    )
    found = function(index, name)
    assert (found.path and found.path.name, found.line, found.type) == ("core.py", line, INT)


def test_a_star_import_hands_on_what_all_names_and_nothing_private(project: Project) -> None:
    index = project(
        a="__all__ = ['_x']\ndef _x(): ...\ndef y(): ...",
        b="def _z(): ...\ndef w(): ...",
        c="from a import *\nfrom b import *",
    )
    assert function(index, "c:_x")
    assert function(index, "c:w")
    assert isinstance(index.function("c", "y"), SymbolNotFound)
    assert isinstance(index.function("c", "_z"), SymbolNotFound)


def test_imports_in_a_circle_end(project: Project) -> None:
    index = project(a="from b import f", b="from a import f", c="from c import *\nx = x")
    index.function("a", "f")
    index.function("c", "x")
    assert isinstance(index.function("c", "y"), SymbolNotFound)


def test_methods_of_classes(project: Project) -> None:
    index = project(
        m="""
        class Base:
            def inherited(self, x: int): ...
        class C(Base):
            def __init__(self, a, b=1): ...
            def plain(self, a): ...
            @staticmethod
            def static(a): ...
            @classmethod
            def made(cls, a): ...
        class D(C): ...
        """
    )
    assert [p.name for p in function(index, "m:C.plain").parameters] == ["self", "a"]
    assert [p.name for p in function(index, "m:C.static").parameters] == ["a"]
    assert [p.name for p in function(index, "m:C.made").parameters] == ["a"]
    assert [p.name for p in function(index, "m:C.inherited").parameters] == ["self", "x"]
    assert [p.name for p in function(index, "m:D").parameters] == ["a", "b"]
    assert function(index, "m:D").is_class
    assert function(index, "m:D").type is None


def test_decorators_that_keep_the_signature_and_others(project: Project) -> None:
    index = project(
        m="""
        from functools import lru_cache, wraps
        from typing import Callable, ParamSpec, TypeVar
        F = TypeVar("F", bound=Callable)
        def kept(f: F) -> F: ...
        def opaque(f):
            @wraps(f)
            def inner(*args): ...
            return inner
        @lru_cache(maxsize=None)
        def cached(a) -> int: ...
        @kept
        def same(a) -> int: ...
        @opaque
        def changed(a) -> int: ...
        """
    )
    assert function(index, "m:cached").has_known_signature
    assert function(index, "m:same").type == INT
    assert not function(index, "m:changed").has_known_signature
    assert function(index, "m:changed").type is None


def test_overloads_conditional_definitions_and_lambdas(project: Project) -> None:
    index = project(
        m="""
        from typing import overload
        @overload
        def f(a: int) -> int: ...
        @overload
        def f(a: str, b: str) -> str: ...
        def f(a, b=None): ...
        try:
            from fast import load
        except ImportError:
            load = None
        if True:
            def inside(x): ...
        double = lambda x, y=2: x * y
        """
    )
    assert shape(function(index, "m:f")) == [("a", "positional", False), ("b", "positional", True)]
    assert not function(index, "m:load").has_known_signature
    assert shape(function(index, "m:inside")) == [("x", "positional", False)]
    assert shape(function(index, "m:double")) == [("x", "positional", False), ("y", "positional", True)]


def test_what_is_made_at_run_time_may_be_called(project: Project) -> None:
    index = project(
        m="""
        from functools import partial
        from somewhere_else import thing
        made = partial(print, 1)
        client = thing()
        """,
        open_one="def __getattr__(name): ...",
        starred="from somewhere_else import *",
    )
    for name in ("m:made", "m:thing", "m:client.send", "open_one:anything", "starred:anything"):
        assert not function(index, name).has_known_signature, name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("LIMIT", "the number 3"),
        ("NAME", "a text"),
        ("NOTHING", "`None`"),
        ("TABLE", "a dictionary"),
        ("sub", "a module"),
    ],
)
def test_what_cannot_be_called(project: Project, name: str, kind: str) -> None:
    index = project(
        pkg__INIT="LIMIT = 3\nNAME = f'{LIMIT}'\nNOTHING = None\nTABLE: dict = {}\n", pkg__sub="def f(): ..."
    )
    found = index.function("pkg", name)
    assert isinstance(found, NotCallable), found
    assert found.kind == kind


def test_a_mistyped_module_or_name_brings_what_is_near(project: Project) -> None:
    index = project(shop__etl="from json import loads\ndef extract(): ...\ndef _hidden(): ...\nclass Job: ...\nx = 1")
    module = index.function("shop.elt", "extract")
    assert isinstance(module, ModuleNotFound)
    assert module.near == "shop.etl"
    symbol = index.function("shop.etl", "Extract")
    assert isinstance(symbol, SymbolNotFound)
    assert (symbol.near, symbol.candidates) == ("extract", ("extract", "Job"))


def test_case_counts_on_every_disk(project: Project) -> None:
    index = project(Shop="def f(): ...")
    assert isinstance(index.function("shop", "f"), ModuleNotFound)
    assert function(index, "Shop:f")


def test_a_module_with_a_syntax_error_tells_its_line(project: Project) -> None:
    index = project(broken="x = 1\ndef f(:\n")
    found = index.function("broken", "f")
    assert isinstance(found, Unreadable)
    assert found.line == 2


@pytest.mark.parametrize("name", ["..etl:f", "shop..etl:f", "a b:f", ":f", "shop.etl.:f"])
def test_what_is_no_module_name_is_not_found(project: Project, name: str) -> None:
    assert isinstance(project(shop="").function(*name.split(":")), ModuleNotFound)


def test_the_standard_library_and_installed_packages() -> None:
    index = PythonIndex([])
    assert shape(function(index, "builtins:sum")) == [
        ("iterable", "positional_only", False),
        ("start", "positional", True),
    ]
    assert function(index, "builtins:len").type == INT
    assert not function(index, "builtins:max").has_known_signature
    assert shape(function(index, "os.path:join")) == [("a", "positional", False), ("p", "var_positional", True)]
    assert function(index, "os:getcwd").has_known_signature
    assert function(index, "json:dumps").parameters[0].name == "obj"
    assert function(index, "math:sqrt").has_known_signature
    assert function(index, "attrs:evolve")
    assert isinstance(index.function("os", "getcdw"), SymbolNotFound)
    assert isinstance(index.function("math", "sqroot"), SymbolNotFound)
    assert isinstance(index.function("sys.path", "append"), ModuleNotFound)


def test_the_project_comes_before_what_is_installed_but_not_a_bare_folder(project: Project, tmp_path: Path) -> None:
    index = project(calendar="def mine(): ...", json__note="")
    assert function(index, "calendar:mine")
    assert function(index, "json:loads")


def test_folders_without_init_are_packages(project: Project) -> None:
    assert function(project(a__b__c="def f(): ..."), "a.b.c:f")


def test_what_a_module_does_when_it_is_imported(project: Project) -> None:
    index = project(
        m='''
        """Doc."""
        import logging
        import subprocess as sp
        from pathlib import Path
        import requests
        from typing import TYPE_CHECKING

        logging.basicConfig()
        OUT = Path("data") / "out"
        OUT.mkdir(exist_ok=True)
        RATES = requests.get("http://example.com").json()
        with open("log.txt", "a") as log:
            print("hello", file=log)
        CONFIG = open("config.json").read()

        def setup():
            sp.run(["ls"])

        if True:
            setup()
        class C:
            x = setup()
        if TYPE_CHECKING:
            setup()
        if __name__ == "__main__":
            setup()
        else:
            sp.run(["ls"])
        '''
    )
    assert [(effect.line, effect.call, effect.why) for effect in index.effects("m")] == [
        (11, "OUT.mkdir(...)", "changes files"),
        (12, "requests.get(...)", "sends a request"),
        (13, "open(...)", "writes a file"),
        (21, "setup(...)", "runs"),
        (29, "sp.run(...)", "starts a process"),
    ]


def test_modules_that_only_define_things_do_nothing(project: Project) -> None:
    index = project(
        m="""
        import os, re, sys
        from dataclasses import dataclass, field
        from dotenv import load_dotenv
        load_dotenv()
        sys.path.append("x")
        PATTERN = re.compile("a")
        HOME = os.environ.get("HOME")
        @dataclass
        class C:
            x: list = field(default_factory=list)
        def helper(): ...
        TABLE = helper()
        app = object()
        app.include(helper)
        """
    )
    assert index.effects("m") == ()
