"""The Python functions that a flow calls: what `module:name` is, and how it may be called. Nothing is imported.

Only functions of the standard library without source text (`builtins:sum`) are looked at as objects.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from pathlib import Path

from attrs import define, evolve, field, frozen

from flowc.diagnostics.suggest import closest
from flowc.sema.outside.annotations import Annotations
from flowc.sema.outside.compiled import compiled_function, has_name
from flowc.sema.outside.effects import Effect, import_effects
from flowc.sema.outside.modules import Code, Compiled, Finder, Folder
from flowc.sema.outside.signatures import PythonFunction, Signatures
from flowc.sema.outside.symbols import (
    ClassDef,
    Definition,
    FunctionDef,
    Import,
    Module,
    Unreadable,
    Value,
    members,
    read_module,
)

_HOPS = 20  # of imports that are followed from one name to its definition


@frozen
class ModuleNotFound:
    """Neither in the project nor in Python nor installed. `near` is the module of the project that looks like it."""

    module: str
    near: str | None


@frozen
class SymbolNotFound:
    """The module has no such name. `near` looks like it; `candidates` are its functions and classes."""

    module: str
    name: str
    near: str | None
    candidates: tuple[str, ...]
    path: Path | None = None


@frozen
class NotCallable:
    """The name stands for something else: `kind` says what (`a module`, `the number 3`)."""

    module: str
    name: str
    kind: str
    path: Path | None = None
    line: int | None = None


Readable = Module | Unreadable | Compiled | Folder
Looked = PythonFunction | ModuleNotFound | SymbolNotFound | NotCallable | Unreadable


@define(eq=False)
class PythonIndex:
    """Python as the project sees it: `roots` are its source folders, in order. Every file is read at most once."""

    roots: Sequence[Path]
    _finder: Finder = field(init=False)
    _modules: dict[str, Readable | None] = field(factory=dict[str, "Readable | None"], init=False)
    _looked: dict[tuple[str, str], Looked] = field(factory=dict[tuple[str, str], "Looked"], init=False)
    _signatures: Signatures = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._finder = Finder(self.roots)
        self._signatures = Signatures(Annotations(self._in_project), self._lookup)

    def function(self, module: str, name: str) -> Looked:
        """What `module:name` is; `name` may be dotted (`Class.method`)."""
        key = (module, name)
        if key not in self._looked:
            self._looked[key] = self._function(module, name)
        return self._looked[key]

    def seen(self) -> set[Path]:
        """The files that were read, and the folders where others could stand in their place; none if none was read."""
        files = {found.path for found in self._modules.values() if isinstance(found, Module | Unreadable)}
        return {*(self.roots if self._modules else ()), *files, *(file.parent for file in files)}

    def effects(self, module: str) -> tuple[Effect, ...]:
        """What a module of the project does when it is imported, beyond defining things; only what is certain."""
        found = self._module(module)
        return import_effects(found) if isinstance(found, Module) and found.is_project else ()

    def _function(self, module: str, name: str) -> Looked:
        found = self._module(module)
        match found:
            case None:
                return ModuleNotFound(module, closest(module, self._finder.project_modules))
            case Unreadable():
                return found
            case Compiled():
                return compiled_function(found, name) or SymbolNotFound(module, name, None, ())
            case Folder():
                return SymbolNotFound(module, name, None, ())
            case Module():
                return self._symbol(found, module, name)

    def _symbol(self, found: Module, module: str, name: str) -> Looked:
        match self._lookup(f"{module}.{name}"):
            case FunctionDef() | ClassDef() as definition:
                return self._signatures.of(definition, module, name)
            case Value(owner, node, _, line):
                kind = _constant(node)
                return (
                    NotCallable(module, name, kind, owner.path, line) if kind else _unknown(module, name, owner, line)
                )
            case Import(target, inner):
                return self._imported(module, name, target, inner)
            case None:
                if self._is_open(found) or self._has_open_parent(found, name):
                    return _unknown(module, name, found, 1)
                names = self._callables(found)
                return SymbolNotFound(module, name, closest(name, names), names, found.path)

    def _imported(self, module: str, name: str, target: str, inner: str | None) -> Looked:
        """A name that leads out of what can be read: a module, a compiled function, or something not installed."""
        if inner is None or self._module(f"{target}.{inner}") is not None:
            return NotCallable(module, name, "a module")
        source = self._module(target)
        if isinstance(source, Compiled):
            function = compiled_function(source, inner)
            return evolve(function, module=module, name=name) if function else SymbolNotFound(module, name, None, ())
        return _unknown(module, name, None, None)

    def _is_open(self, module: Module) -> bool:
        """Whether the module may have names that were not found."""
        sources = [self._module(source) for source in module.stars]
        if module.name.partition(".")[0] in sys.stdlib_module_names:
            return module.is_open  # `os` has stars for modules of other systems
        return module.is_open or any(
            not isinstance(source, Module | Compiled) or (isinstance(source, Compiled) and not source.is_stdlib)
            for source in sources
        )

    def _has_open_parent(self, module: Module, name: str) -> bool:
        """`Class.method` of a class with bases that can't be read, or of an object that is made at run time."""
        parent = name.rpartition(".")[0]
        definition = self._lookup(f"{module.name}.{parent}") if parent else None
        if isinstance(definition, ClassDef):
            return bool(definition.node.bases)
        return isinstance(definition, Value | Import)

    def _callables(self, module: Module) -> tuple[str, ...]:
        return tuple(
            name
            for name, definition in module.names.items()
            if self._is_callable(definition) and not name.startswith("_")
        )

    def _is_callable(self, definition: Definition) -> bool:
        """A function or class of the module, or one that it hands on from elsewhere in the project."""
        if isinstance(definition, Import):
            return definition.name is not None and self._is_own(definition.module)
        return not isinstance(definition, Value)

    # -------------------------------------------------------------- following names

    def _module(self, name: str) -> Readable | None:
        if name not in self._modules:
            found = self._finder.find(name)
            self._modules[name] = read_module(found) if isinstance(found, Code) else found
        return self._modules[name]

    def _lookup(self, dotted: str, hops: int = 0) -> Definition | None:
        """The definition that a dotted name leads to. An Import that comes back can't be followed further."""
        module, names = self._split(dotted)
        if module is None or hops > _HOPS:
            return None
        found = self._name(module, names[0], hops)
        for name in names[1:]:
            found = self._member(found, name, hops)
        return found

    def _split(self, dotted: str) -> tuple[Module | None, list[str]]:
        """The longest module that the name begins with, and what is left."""
        parts = dotted.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = self._module(".".join(parts[:cut]))
            if isinstance(module, Module):
                return module, parts[cut:]
        return None, parts

    def _name(self, module: Module, name: str, hops: int) -> Definition | None:
        definition = module.names.get(name) or self._starred(module, name)
        if definition is None and self._module(f"{module.name}.{name}"):
            return Import(f"{module.name}.{name}", None)
        return self._followed(definition, module, hops)

    def _followed(self, definition: Definition | None, module: Module, hops: int) -> Definition | None:
        match definition:
            case Import(source, str() as name):
                return self._lookup(f"{source}.{name}", hops + 1) or (
                    None if self._is_surely_missing(source, name) else definition
                )
            case Value(_, ast.Name() | ast.Attribute() as node) if target := _path_of(node):
                return self._lookup(f"{module.name}.{target}", hops + 1) or definition
            case _:
                return definition

    def _is_surely_missing(self, source: str, name: str) -> bool:
        module = self._module(source)
        return isinstance(module, Module) and module.is_project and not module.is_open and name not in module.names

    def _starred(self, module: Module, name: str, hops: int = 0) -> Import | None:
        """Where `from ... import *` gets the name from; of several the last has it."""
        for source in reversed(module.stars):
            other = self._module(source)
            if isinstance(other, Compiled) and has_name(other, name):
                return Import(source, name)
            if isinstance(other, Module) and hops < _HOPS and self._exports(other, name, hops):
                return Import(source, name)
        return None

    def _exports(self, module: Module, name: str, hops: int) -> bool:
        is_public = name in module.exported if module.exported is not None else not name.startswith("_")
        return is_public and (name in module.names or self._starred(module, name, hops + 1) is not None)

    def _member(self, found: Definition | None, name: str, hops: int) -> Definition | None:
        match found:
            case ClassDef(module, node):
                own = members(module, node).get(name)
                return own or self._inherited(module, node, name, hops)
            case Import(source, None):
                return self._lookup(f"{source}.{name}", hops + 1)
            case _:
                return None

    def _inherited(self, module: Module, node: ast.ClassDef, name: str, hops: int) -> Definition | None:
        for base in node.bases:
            parent = self._lookup(f"{module.name}.{target}", hops + 1) if (target := _path_of(base)) else None
            if isinstance(parent, ClassDef) and parent.node is not node and hops < _HOPS:
                found = self._member(parent, name, hops + 1)
                if found:
                    return found
        return None

    def _in_project(self, dotted: str) -> Definition | None:
        """For annotations, which must not lose sight of a name such as `datetime.date` by going into its module."""
        module, names = self._split(dotted) if self._is_own(dotted) else (None, [])
        if module is None:
            return None
        if len(names) > 1:
            return self._lookup(dotted)
        return module.names.get(names[0]) or self._starred(module, names[0])

    def _is_own(self, dotted: str) -> bool:
        found = self._finder.find(dotted.partition(".")[0])
        return isinstance(found, Folder) or (isinstance(found, Code) and found.is_project)


def _unknown(module: str, name: str, owner: Module | None, line: int | None) -> PythonFunction:
    """Something that can be called for all we know."""
    return PythonFunction(module, name, path=owner.path if owner else None, line=line, has_known_signature=False)


def _constant(node: ast.expr | None) -> str | None:
    """What a value is, if it is certainly none that can be called."""
    match node:
        case ast.Constant(value=None):
            return "`None`"
        case ast.Constant(value=bool() as value):
            return f"`{value}`"
        case ast.Constant(value=str() | bytes()):
            return "a text"
        case ast.Constant(value=value):
            return f"the number {value}"
        case ast.Dict() | ast.DictComp():
            return "a dictionary"
        case ast.List() | ast.ListComp() | ast.Tuple():
            return "a list"
        case ast.Set() | ast.SetComp():
            return "a set"
        case ast.JoinedStr():
            return "a text"
        case _:
            return None


def _path_of(node: ast.expr) -> str | None:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            base = _path_of(value)
            return f"{base}.{attr}" if base else None
        case _:
            return None
