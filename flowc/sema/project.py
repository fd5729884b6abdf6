"""A project: the folder with `flow.toml`, or a file's own folder without one. Paths and modules count from there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from attrs import frozen

from flowc.diagnostics import Problems
from flowc.diagnostics.allow import unknown_allowances
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr, List, Lit
from flowc.ir.graph import Override
from flowc.ir.types import BOOL, FLOAT, INT, STR, ListOf
from flowc.source import Source, Span

EDITIONS = ("2026",)
_KEYS = {
    "project": ("name", "edition", "sources", "targets", "profile"),
    "lint": ("allow",),
}


@frozen
class Project:
    """Settings of `flow.toml`, with their defaults."""

    root: Path
    name: str
    sources: tuple[str, ...] = (".",)
    targets: tuple[str, ...] = ("native",)
    profile: str | None = None
    pools: tuple[tuple[str, int], ...] = ()
    allow: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    """The words of `[target.NAME]`."""
    has_settings: bool = False

    def files(self) -> list[Path]:
        """The `.flow` files under `sources`, sorted: what `set` and flow ids range over. None without a `flow.toml`."""
        if not self.has_settings:
            return []
        found = {file for folder in self.sources for file in (self.root / folder).rglob("*.flow")}
        return sorted(file for file in found if not any(part.startswith(".") for part in file.parts))


def find_project(file: Path, problems: Problems) -> Project:
    """The project that a file (or folder) belongs to; what is wrong in `flow.toml` is reported."""
    start = (file if file.is_dir() else file.parent).resolve()
    for folder in (start, *start.parents):
        settings = folder / "flow.toml"
        if settings.is_file():
            return _read(settings, problems)
    return Project(start, start.name if file.is_dir() else file.stem)


def _read(path: Path, problems: Problems) -> Project:
    text = path.read_text(encoding="utf-8", errors="replace")
    source = Source(_shown(path), text)
    default = Project(path.parent, path.parent.name, has_settings=True)
    try:
        data: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.add("FLOW101", f"`flow.toml` is not TOML: {error}", Span(source, 0, 0))
        return default
    return _Reader(source, problems).project(data, path.parent)


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _literal(value: object, at: Span) -> Expr | None:
    match value:
        case bool():
            return Lit(value, BOOL, at)
        case int():
            return Lit(value, INT, at)
        case float():
            return Lit(value, FLOAT, at)
        case str():
            return Lit(value, STR, at)
        case list():
            items = [_literal(item, at) for item in cast(list[object], value)]
            found = tuple(item for item in items if item is not None)
            same = {item.type for item in found}
            fits = len(found) == len(items) and len(same) <= 1
            return List(found, ListOf(same.pop() if same else STR), at) if fits else None
        case _:
            return None


class _Reader:
    """Takes the values out of the parsed TOML, and finds the place of what is wrong by its key."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self.source = source
        self.problems = problems

    def project(self, data: dict[str, object], root: Path) -> Project:
        for section in data:
            if section not in (*_KEYS, "pools", "target"):
                self._unknown(section, (*_KEYS, "pools", "target"), "section of `flow.toml`")
        for folder in self._texts(self._table(data, "project"), "sources"):
            if not (root / folder).is_dir():
                self.problems.add("FLOW824", f"folder `{folder}` of `sources` is not found", self._place(folder))
        table, lint = self._table(data, "project"), self._table(data, "lint")
        for section, keys in _KEYS.items():
            for key in self._table(data, section):
                if key not in keys:
                    self._unknown(key, keys, f"key of `[{section}]`")
        self._edition(table)
        name = self._text(table, "name")
        if name is None and "name" not in table:
            self.problems.add(
                "FLOW302", "`[project]` has no `name`", self._place("[project]"), helps=('name = "my_project"',)
            )
        return Project(
            root,
            name or root.name,
            self._texts(table, "sources") or (".",),
            self._texts(table, "targets") or ("native",),
            self._text(table, "profile"),
            self._pools(self._table(data, "pools")),
            self._allow(lint),
            tuple(self._overrides(self._table(data, "target"))),
            True,
        )

    def _allow(self, lint: dict[str, object]) -> tuple[str, ...]:
        slugs = self._texts(lint, "allow")
        unknown_allowances(((slug, self._place(slug)) for slug in slugs), self.problems)
        return slugs

    def _edition(self, table: dict[str, object]) -> None:
        edition = self._text(table, "edition")
        if edition is None:
            self.problems.add(
                "FLOW302", "`[project]` has no `edition`", self._place("[project]"), helps=('edition = "2026"',)
            )
        elif edition not in EDITIONS:
            self.problems.add(
                "FLOW313",
                f"edition `{edition}` is not known",
                self._place("edition"),
                helps=(f'write `edition = "{EDITIONS[-1]}"`',),
            )

    def _pools(self, table: dict[str, object]) -> tuple[tuple[str, int], ...]:
        pools: list[tuple[str, int]] = []
        for name, slots in table.items():
            if isinstance(slots, int) and not isinstance(slots, bool) and slots > 0:
                pools.append((name, slots))
            else:
                self._wrong(name, "a number of slots above 0")
        return tuple(pools)

    def _overrides(self, table: dict[str, object]) -> Iterator[Override]:
        for name in table:
            for word, value in self._table(table, name).items():
                found = _literal(value, self._place(word))
                if found is not None:
                    yield Override(name, word, found, self._place(word))
                else:
                    self._wrong(word, "a text, a number, true, false or a list of these")

    def _table(self, data: dict[str, object], key: str) -> dict[str, object]:
        value = data.get(key, {})
        if isinstance(value, dict):
            return cast(dict[str, object], value)
        self._wrong(key, "a table")
        return {}

    def _text(self, table: dict[str, object], key: str) -> str | None:
        value = table.get(key)
        if value is None or isinstance(value, str):
            return value
        self._wrong(key, "a text")
        return None

    def _texts(self, table: dict[str, object], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        items = cast(list[object], value) if isinstance(value, list) else [None]
        texts = tuple(item for item in items if isinstance(item, str))
        if len(texts) != len(items):
            self._wrong(key, "a list of texts")
        return texts

    def _wrong(self, key: str, wanted: str) -> None:
        self.problems.add("FLOW301", f"`{key}` in `flow.toml` is {wanted}", self._place(key))

    def _unknown(self, key: str, known: tuple[str, ...], what: str) -> None:
        near = closest(key, known)
        helps = (f"did you mean `{near}`?",) if near else (f"known: {', '.join(known)}",)
        self.problems.add("FLOW211", f"`{key}` is not a {what}", self._place(key), helps=helps)

    def _place(self, key: str) -> Span:
        at = max(self.source.text.find(key), 0)
        return Span(self.source, at, min(at + len(key), len(self.source.text)))
