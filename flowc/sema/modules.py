"""Files as modules: what each declares, what it imports, and where imports are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

from attrs import define, field

from flowc.diagnostics import Label, Problems
from flowc.diagnostics.reading import read_source
from flowc.diagnostics.suggest import closest
from flowc.sema.scope import Names
from flowc.source import Source, Span
from flowc.syntax import ast
from flowc.syntax.walk import by_shape

_T = TypeVar("_T")
Space = str
"""`value`, `callable`, `type` or `policy`: names of different spaces do not meet."""

_STD = Path(__file__).resolve().parent.parent / "std"

Value = ast.Flow | ast.Asset | ast.Connection | ast.Let
Callable_ = ast.Template | ast.Function
TypeDecl = ast.Enum | ast.Schema
Declaration = Value | Callable_ | TypeDecl | ast.Policy | ast.Profile

_SPACES: Mapping[type, Space] = {
    ast.Flow: "value",
    ast.Asset: "value",
    ast.Connection: "value",
    ast.Let: "value",
    ast.Template: "callable",
    ast.Function: "callable",
    ast.Enum: "type",
    ast.Schema: "type",
    ast.Policy: "policy",
    ast.Profile: "profile",
}


@define(eq=False)
class Imported:
    """A name from another module; `used` for the unused-import warning."""

    module: Module
    name: str
    span: Span
    used: bool = False


@define(eq=False, slots=False)
class Module:
    """One file: its declarations by space and name, and its imports by alias."""

    name: str
    source: Source
    file: ast.File
    declared: dict[tuple[Space, str], Declaration] = field(factory=dict[tuple[Space, str], Declaration])
    imported: dict[str, Imported] = field(factory=dict[str, Imported])
    modules: dict[str, Imported] = field(factory=dict[str, Imported])
    names: Names = field(factory=Names)

    def find(self, space: Space, dotted: str) -> tuple[Module, Declaration] | None:
        """The declaration of `name`, an imported one or `module.name`, and the module that holds it."""
        first, _, rest = dotted.partition(".")
        if rest:
            held = self.modules.get(first)
            if held is None:
                return None
            held.used = True
            return held.module.find(space, rest) if not rest.startswith("_") else None
        own = self.declared.get((space, dotted))
        if own is not None:
            return self, own
        alias = self.imported.get(dotted)
        if alias is None:
            return None
        found = alias.module.find(space, alias.name)
        if found is not None:
            alias.used = True
        return found

    def visible(self, space: Space) -> Iterator[str]:
        """The names of a space that can be written here."""
        yield from (name for held, name in self.declared if held == space)
        for alias, held in self.imported.items():
            if held.module.find(space, held.name):
                yield alias
        for alias, held in self.modules.items():
            yield from (f"{alias}.{name}" for other, name in held.module.declared if other == space)

    def each(self, kind: type[_T]) -> Iterator[_T]:
        """The file's own items of one class, in order."""
        return (item for item in self.file.items if isinstance(item, kind))

    def every(self, kind: type[_T]) -> Sequence[_T]:
        """All nodes of the file that are of just this class, at any depth, in order."""
        return cast("Sequence[_T]", self._nodes.get(cast("type[ast.Node]", kind), ()))

    @cached_property
    def _nodes(self) -> Mapping[type[ast.Node], Sequence[ast.Node]]:
        return by_shape(self.file)


Parse = Callable[[Source, Problems], ast.File]


@define(eq=False)
class Loader:
    """Reads modules once each, and links their imports."""

    root: Path
    parse: Parse
    problems: Problems
    shown: Callable[[Path], str] = str
    _by_path: dict[Path, Module] = field(factory=dict[Path, Module])
    _loading: list[Path] = field(factory=list[Path])

    def load(self, path: Path, source: Source | None = None) -> Module:
        """The module of a file; its imports are loaded too."""
        path = path.resolve()
        if path in self._by_path:
            return self._by_path[path]
        # Where flowc is installed must not show in what it makes.
        is_ours = path.is_relative_to(_STD)
        shown = f"std/{path.relative_to(_STD).as_posix()}" if is_ours else self.shown(path)
        source = source or read_source(path, self.problems, shown=shown) or Source(shown, "")
        module = Module(path.stem, source, self.parse(source, self.problems))
        self._by_path[path] = module
        self._loading.append(path)
        for item in module.file.items:
            self._declare(module, item)
        for item in module.file.items:
            self._import(module, item)
        self._loading.pop()
        return module

    @property
    def modules(self) -> Iterable[Module]:
        return self._by_path.values()

    # -------------------------------------------------------------- declarations

    def _declare(self, module: Module, item: ast.Item) -> None:
        space = _SPACES.get(type(item))
        if space is None or not isinstance(item, Declaration):
            return
        key = (space, item.name.text)
        held = module.declared.setdefault(key, item)
        if held is not item:
            self.problems.add(
                "FLOW202",
                f"`{item.name.text}` is declared twice",
                item.name.span,
                related=[Label(held.name.span, "first here")],
            )

    # -------------------------------------------------------------- imports

    def _import(self, module: Module, item: ast.Item) -> None:
        match item:
            case ast.Import():
                found = self._find(item.module)
                if found:
                    alias = item.alias or item.module.parts[-1]
                    self._alias(module, alias)
                    module.modules[alias.text] = Imported(found, "", alias.span)
            case ast.FromImport():
                found = self._find(item.module)
                for name in item.names if found else ():
                    assert found is not None
                    self._name(module, found, name)
            case _:
                pass

    def _name(self, module: Module, found: Module, item: ast.ImportedName) -> None:
        wanted, alias = item.name.text, item.alias or item.name
        offered = {name for space, name in found.declared if space != "profile"} | set(found.imported)
        if wanted not in offered:
            broken = {each.span.source.path for each in self.problems if each.span}
            near = closest(wanted, sorted(offered))
            self.problems.add(
                "FLOW207",
                f"`{found.source.path}` has no `{wanted}`",
                item.name.span,
                helps=(f"did you mean `{near}`?",) if near else (),
                notes=("that file has mistakes of its own: mend those first",) if found.source.path in broken else (),
            )
        elif wanted.startswith("_"):
            self.problems.add(
                "FLOW207",
                f"`{wanted}` stays in its file, as names that begin with `_` do",
                item.name.span,
                helps=(f"rename it there to `{wanted.lstrip('_')}`",),
            )
        else:
            self._alias(module, alias)
            module.imported[alias.text] = Imported(found, wanted, alias.span)

    def _alias(self, module: Module, alias: ast.Name) -> None:
        held = next((d for (_, name), d in module.declared.items() if name == alias.text), None)
        place = held.name.span if held else None
        before = module.imported.get(alias.text) or module.modules.get(alias.text)
        if before is not None:
            place = before.span
        if place is not None:
            self.problems.add(
                "FLOW202",
                f"`{alias.text}` is declared twice",
                alias.span,
                related=[Label(place, "first here")],
                helps=(f"give the import another name: `{alias.text} as other`",),
            )

    def _find(self, dotted: ast.Dotted) -> Module | None:
        path = self._path(dotted.text)
        if path is None or not path.is_file():
            self._not_found(dotted)
            return None
        if path.resolve() in self._loading:
            self._cycle(dotted, path.resolve())
            return None
        return self.load(path)

    def _path(self, name: str) -> Path | None:
        parts = name.split(".")
        if parts[0] == "std":
            return _STD.joinpath(*parts[1:]).with_suffix(".flow") if len(parts) > 1 else None
        return self.root.joinpath(*parts).with_suffix(".flow")

    def _not_found(self, dotted: ast.Dotted) -> None:
        name = dotted.text
        known = [*_names_under(_STD, "std."), *_names_under(self.root, "")]
        near = closest(name, known)
        where = f"std has {', '.join(sorted(_names_under(_STD, 'std.')))}" if name.startswith("std") else ""
        expected = name.replace(".", "/") + ".flow"
        self.problems.add(
            "FLOW205",
            f"module `{name}` is not found",
            dotted.span,
            helps=(f"did you mean `{near}`?",)
            if near
            else (f"Python code is no import, a task calls it: `task a = python {name}:function(...)`",),
            notes=(where or f"it would be `{expected}` in the project's folder",),
        )

    def _cycle(self, dotted: ast.Dotted, path: Path) -> None:
        ring = [*self._loading[self._loading.index(path) :], path]
        self.problems.add(
            "FLOW206",
            "imports go in a circle: " + " -> ".join(self._by_path[step].source.path for step in ring),
            dotted.span,
            helps=("move what both need into a third file",),
        )


def _names_under(folder: Path, prefix: str) -> list[str]:
    if not folder.is_dir():
        return []
    found = [*folder.glob("*.flow"), *folder.glob("*/*.flow"), *folder.glob("*/*/*.flow")]
    return [prefix + ".".join(path.relative_to(folder).with_suffix("").parts) for path in sorted(found)]
