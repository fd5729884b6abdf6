"""What was read of tasks before, taken again where reading them anew would give the same: for who checks text after
text of one project.

A task that is written as before reads as before if all that it can see is as before. That is

* all the text that is no plain task of a flow, of every file (`Frame.around`), comments and blanks aside;
* of the tasks that it may name, what others see of them (`Frame.faces`): name, place, output;
* files of Python, by their times.

Of a task in a loop, or one that is gathered from there, it also counts what that waits for, so there a task shows all
of its text. Only what was read without anything to tell, in a project without anything to tell, is taken again; where
a place in it belongs to a text that is gone (`Part.source`), it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from attrs import define, field, fields, frozen, has

from flowc.sema import hir
from flowc.sema.modules import Module
from flowc.source import Part, Source, Span
from flowc.syntax import ast
from flowc.syntax.outline import tokens

_WORD = re.compile(r"\w+")
_QUIET = ("sh", "sql")
"""Kinds whose tasks show nothing of what they run."""
_FILE = "file"
"""Who says it may read a file: what stands there nobody knows before."""


@frozen
class Frame:
    """What tasks of a project can see: `around` them, and each other's `faces` by flow and name."""

    around: tuple[object, ...]
    faces: Mapping[tuple[str, str], tuple[object, ...]]
    words: frozenset[str]
    """Those that stand around."""
    named: Mapping[str, frozenset[str]]
    """Of tasks in flows with loops: the words of their text."""


@define(eq=False)
class Kept:
    """What reading a task gave: the task, if it was understood, and the flows and assets that it named."""

    stmt: ast.Task
    tasks: tuple[hir.Task, ...]
    runs: frozenset[str]
    assets: frozenset[str]
    homes: tuple[Source | Part, ...] = ()


@define(eq=False)
class Past:
    """The tasks of the last texts that had nothing to tell, by flow and id. `texts` are what the files were read as."""

    texts: dict[str, str] = field(factory=dict[str, str])
    frame: Frame | None = None
    _now: Frame | None = None
    _known: dict[tuple[str, str], Kept] = field(factory=dict[tuple[str, str], Kept])
    _fresh: dict[tuple[str, str], Kept] = field(factory=dict[tuple[str, str], Kept])
    _changed: frozenset[str] = frozenset()
    _sources: frozenset[int] = frozenset()
    _stamps: dict[Path, object] = field(factory=dict[Path, object])

    def begin(self, modules: Sequence[Module], also: tuple[object, ...]) -> None:
        """Another reading of the project begins; `also` is what else it depends on."""
        self._now = frame_of(modules, self.texts, also)
        self._sources = frozenset(id(module.source) for module in modules)
        self._fresh = {}
        changed = _changed(self.frame, self._now) if self.frame else None
        if changed is None or {path: _stamp(path) for path in self._stamps} != self._stamps:
            self._known, self._stamps, changed = {}, {}, frozenset[str]()
        self._changed = changed

    def taken(self, flow: str, id_: str, stmt: ast.Task) -> Kept | None:
        """What reading the task would give, if that is known."""
        kept = self._known.get((flow, id_))
        if kept is None or kept.stmt is not stmt:
            return None
        if self._changed and not self._changed.isdisjoint(words_of(stmt)):
            return None
        for home in kept.homes:
            if id(home.source) not in self._sources:
                return None
        self._fresh[flow, id_] = kept
        return kept

    def read(self, flow: str, id_: str, kept: Kept) -> None:
        """The task has been read."""
        if not isinstance(kept.stmt.action, ast.TemplateAction) and _FILE not in words_of(kept.stmt):
            self._fresh[flow, id_] = kept

    def end(self, seen: Iterable[Path], *, is_clean: bool) -> None:
        """The reading has ended. What it read is kept if it had nothing to tell; `seen` are the files it looked at."""
        if not is_clean:
            return
        for kept in self._fresh.values():
            kept.homes = kept.homes or homes_in(kept.tasks)
        self.frame, self._known = self._now, self._fresh
        self._stamps |= {path: _stamp(path) for path in seen}


# ------------------------------------------------------------------ what is seen


def frame_of(modules: Sequence[Module], texts: Mapping[str, str], also: tuple[object, ...]) -> Frame:
    """The frame of a project; `texts` are what its files were read as, without what is broken."""
    around: list[object] = [*also]
    faces: dict[tuple[str, str], tuple[object, ...]] = {}
    words: set[str] = set()
    named: dict[str, frozenset[str]] = {}
    for module in modules:
        text, end = texts.get(module.source.path, module.source.text), 0
        around.append(module.source.path)
        for flow in module.each(ast.Flow):
            statements = list(_statements(flow.body))
            is_open = any(type(stmt) is ast.For or _is_template(stmt) for stmt in statements)
            tops = {id(stmt) for stmt in flow.body}
            for task in statements:
                if type(task) is not ast.Task or _is_template(task):
                    continue
                name, start = task.name.text, task.span.start
                _gap(text[end:start], around, words)
                end = task.span.end
                face = task.span.text if is_open else face_of(task)
                if id(task) not in tops:
                    around.append((name, face))
                key = (flow.name.text, name)
                faces[key] = (*faces.get(key, ()), face)
                if is_open:
                    named[name] = words_of(task) | named.get(name, frozenset())
        _gap(text[end:], around, words)
    return Frame(tuple(around), faces, frozenset(words), named)


def _changed(before: Frame, now: Frame) -> frozenset[str] | None:
    """The names of tasks that others see otherwise than before; None: all may be otherwise."""
    if before.around != now.around:
        return None
    keys = before.faces.keys() | now.faces.keys()
    changed = {key[1] for key in keys if before.faces.get(key) != now.faces.get(key)}
    if changed:
        changed |= _followers(changed, now.named)
    return None if changed & now.words else frozenset(changed)


def _followers(changed: set[str], named: Mapping[str, frozenset[str]]) -> set[str]:
    """Who names one of them, or names one who does."""
    by_word: dict[str, list[str]] = {}
    for name, words in named.items():
        for word in words:
            by_word.setdefault(word, []).append(name)
    found: set[str] = set()
    open_ = list(changed)
    while open_:
        new = [name for name in by_word.get(open_.pop(), ()) if name not in found]
        found.update(new)
        open_ += new
    return found


def _gap(text: str, around: list[object], words: set[str]) -> None:
    """What stands between two tasks, as it is read: line breaks once."""
    if text.isspace():
        found, named = ("\n",) if "\n" in text else (), frozenset[str]()
    else:
        found, named = _read(text)
    for token in found:
        if token != "\n" or (around and around[-1] != "\n"):
            around.append(token)
    words |= named


@lru_cache(maxsize=512)
def _read(text: str) -> tuple[tuple[str, ...], frozenset[str]]:
    found = tuple(token.text for token in tokens(text) if token.kind not in ("comment", "doc"))
    return found, frozenset(word for token in found for word in _WORD.findall(token))


def _is_template(stmt: ast.Stmt) -> bool:
    return type(stmt) is ast.Task and type(stmt.action) is ast.TemplateAction


def _statements(block: Iterable[ast.Stmt]) -> Iterator[ast.Stmt]:
    """Those of a block at any depth, in the order of the text."""
    for stmt in block:
        yield stmt
        match stmt:
            case ast.Group() | ast.For() | ast.OnHook() | ast.Finally():
                yield from _statements(stmt.body)
            case ast.If():
                yield from _statements(stmt.then)
                if stmt.otherwise is not None:
                    yield from _statements([stmt.otherwise] if isinstance(stmt.otherwise, ast.If) else stmt.otherwise)
            case ast.Match():
                for arm in stmt.arms:
                    yield from _statements(arm.body)
            case _:
                pass


def face_of(task: ast.Task) -> object:
    """What other tasks see of it, beside its name."""
    if "face" not in task.memory:
        task.memory["face"] = _face(task)
    return task.memory["face"]


def _face(task: ast.Task) -> object:
    outputs = task.outputs.span.text if task.outputs else None
    action = task.action
    shown = ""
    if isinstance(action, ast.PythonAction):
        shown = f"python {action.function.span.text if outputs is None else ''}"
    elif not isinstance(action, ast.KindAction) or action.kind.text not in _QUIET:
        shown = action.span.text
    return outputs, shown, any(clause.name.text == "when" for clause in task.body.clauses)


def words_of(task: ast.Task) -> frozenset[str]:
    """All words of its text: whatever it names is among them."""
    if "words" not in task.memory:
        task.memory["words"] = frozenset(_WORD.findall(task.span.text))
    return cast("frozenset[str]", task.memory["words"])


# ------------------------------------------------------------------ places and files


def homes_in(value: object) -> tuple[Source | Part, ...]:
    """All that the places in a value move with."""
    found: dict[int, Source | Part] = {}
    open_ = [value]
    while open_:
        one = open_.pop()
        if isinstance(one, Span):
            found[id(one.home)] = one.home
        elif isinstance(one, tuple | list):
            open_ += cast("tuple[object, ...] | list[object]", one)
        elif isinstance(one, Mapping):
            open_ += cast("Mapping[object, object]", one).values()
        else:
            open_ += [getattr(one, name) for name in _fields(type(one))]
    return tuple(found.values())


@cache
def _fields(shape: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(shape) if each.init) if has(shape) else ()


def _stamp(path: Path) -> object:
    try:
        if path.is_dir():  # of a folder it counts what is in it, not that an editor saved something there
            return sorted(entry.name for entry in path.iterdir())
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
