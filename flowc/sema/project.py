"""A project: the folder with `flow.toml`, or a file's own folder without one. Paths and modules count from there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from attrs import frozen

from flowc.diagnostics import Problems
from flowc.diagnostics.allow import unknown_allowances
from flowc.diagnostics.reading import read_source
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr, List, Lit
from flowc.ir.graph import Override
from flowc.ir.types import BOOL, FLOAT, INT, STR, ListOf
from flowc.sema.settings_text import SettingsText
from flowc.source import Span

EDITIONS = ("2026",)
_SAMPLE = 'a section and its keys are written  [project]  and, on lines of their own,  name = "shop"'
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
    default = Project(path.parent, path.parent.name, has_settings=True)
    source = read_source(path, problems, shown=_shown(path))
    if source is None:
        return default
    places = SettingsText(source)
    try:
        data: dict[str, object] = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        message, span = places.mistake(str(error))
        said = message[:1].lower() + message[1:]
        problems.add("FLOW101", f"`flow.toml` is not TOML: {said}", span, helps=(_SAMPLE,))
        return default
    return _Reader(places, problems).project(data, path.parent)


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
    """Takes the values out of the parsed TOML; what is wrong is told at its place in the text."""

    def __init__(self, places: SettingsText, problems: Problems) -> None:
        self.places = places
        self.problems = problems

    def project(self, data: dict[str, object], root: Path) -> Project:
        known = (*_KEYS, "pools", "target")
        for section in data:
            if section not in known:
                self._unknown(section, known, "section of `flow.toml`", self.places.section(section))
        table, lint = self._table(data, "project"), self._table(data, "lint")
        for section, held in (("project", table), ("lint", lint)):
            for key in held:
                if key not in _KEYS[section]:
                    self._unknown(key, _KEYS[section], f"key of `[{section}]`", self.places.key(section, key))
        sources = self._texts(table, "project", "sources")
        for folder in sources:
            if not (root / folder).is_dir():
                at = self.places.value("project", "sources", folder)
                self.problems.add("FLOW824", f"folder `{folder}` of `sources` is not found", at)
        self._edition(table, is_due=isinstance(data.get("project", {}), dict))
        name = self._text(table, "name")
        if "name" not in table and isinstance(data.get("project", {}), dict):
            self._missing("name", 'name = "my_project"')
        return Project(
            root,
            name or root.name,
            sources or (".",),
            self._texts(table, "project", "targets") or ("native",),
            self._text(table, "profile"),
            self._pools(self._table(data, "pools")),
            self._allow(lint),
            tuple(self._overrides(self._table(data, "target"))),
            True,
        )

    def _allow(self, lint: dict[str, object]) -> tuple[str, ...]:
        slugs = self._texts(lint, "lint", "allow")
        unknown_allowances(((slug, self.places.value("lint", "allow", slug)) for slug in slugs), self.problems)
        return slugs

    def _edition(self, table: dict[str, object], *, is_due: bool) -> None:
        edition = self._text(table, "edition")
        if edition is not None and edition not in EDITIONS:
            self.problems.add(
                "FLOW313",
                f"edition `{edition}` is not known",
                self.places.value("project", "edition", edition),
                helps=(f'write `edition = "{EDITIONS[-1]}"`',),
            )
        elif "edition" not in table and is_due:
            self._missing("edition", f'edition = "{EDITIONS[-1]}"')

    def _missing(self, key: str, sample: str) -> None:
        at = self.places.section("project")
        self.problems.add("FLOW302", f"`[project]` has no `{key}`", at, helps=(sample,))

    def _pools(self, table: dict[str, object]) -> tuple[tuple[str, int], ...]:
        pools: list[tuple[str, int]] = []
        for name, slots in table.items():
            if isinstance(slots, int) and not isinstance(slots, bool) and slots > 0:
                pools.append((name, slots))
            else:
                self._wrong("pools", name, "a number of slots above 0", f"{name} = 4")
        return tuple(pools)

    def _overrides(self, table: dict[str, object]) -> Iterator[Override]:
        for name in table:
            section = f"target.{name}"
            words = table[name]
            if not isinstance(words, dict):
                self._wrong("target", name, "a table of words", f"[target.{name}]")
                continue
            for word, value in cast(dict[str, object], words).items():
                at = self.places.key(section, word)
                found = _literal(value, at)
                if found is not None:
                    yield Override(name, word, found, at)
                else:
                    wanted = "a text, a number, true, false or a list of these"
                    self._wrong(section, word, wanted, f'{word} = "..."')

    def _table(self, data: dict[str, object], key: str) -> dict[str, object]:
        value = data.get(key, {})
        if isinstance(value, dict):
            return cast(dict[str, object], value)
        self._wrong("", key, "a table", f"[{key}]")
        return {}

    def _text(self, table: dict[str, object], key: str) -> str | None:
        value = table.get(key)
        if value is None or isinstance(value, str):
            return value
        self._wrong("project", key, "a text", f'{key} = "..."')
        return None

    def _texts(self, table: dict[str, object], section: str, key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        items = cast(list[object], value) if isinstance(value, list) else [None]
        texts = tuple(item for item in items if isinstance(item, str))
        if len(texts) != len(items):
            self._wrong(section, key, "a list of texts", f'{key} = ["..."]')
        return texts

    def _wrong(self, section: str, key: str, wanted: str, sample: str) -> None:
        at = self.places.key(section, key)
        self.problems.add("FLOW301", f"`{key}` in `flow.toml` must be {wanted}", at, helps=(sample,))

    def _unknown(self, key: str, known: tuple[str, ...], what: str, at: Span) -> None:
        near = closest(key, known)
        helps = (f"did you mean `{near}`?",) if near else (f"known: {', '.join(known)}",)
        self.problems.add("FLOW211", f"`{key}` is not a {what}", at, helps=helps)
