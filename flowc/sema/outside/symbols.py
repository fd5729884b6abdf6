"""What a Python module defines, read from its text with `ast`.

`ast` and not a library: it is there, it costs 10 ms to import where griffe costs 160, and the checks need what an index
of signatures leaves out: whether a function yields, and what runs when the module is imported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import define, field, frozen

from flowc.sema.outside.modules import Code


@frozen
class FunctionDef:
    """`def f(...)`, or `f = lambda ...: ...`."""

    module: Module
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@frozen
class ClassDef:
    """`class C: ...`."""

    module: Module
    node: ast.ClassDef


@frozen
class Import:
    """A name that stands for a module (`name` None), or for what another module calls `name`."""

    module: str
    name: str | None


@frozen
class Value:
    """A name that is assigned to; `node` None where the text does not show one value."""

    module: Module
    node: ast.expr | None
    annotation: ast.expr | None
    line: int


Definition = FunctionDef | ClassDef | Import | Value


@define(eq=False)
class Module:
    """The names of a module. `is_open`: it may have names that its text does not show (`__getattr__`, `globals()`).

    `may_yield`: the word `yield` stands in the file, so its functions are worth a search for one.
    """

    name: str
    path: Path
    is_package: bool
    is_project: bool
    body: Sequence[ast.stmt]
    names: dict[str, Definition] = field(factory=dict[str, "Definition"])
    stars: list[str] = field(factory=list[str])
    exported: frozenset[str] | None = None
    is_open: bool = False
    may_yield: bool = True


@frozen
class Unreadable:
    """The file of a module is there and is no Python that can be read."""

    path: Path
    line: int
    message: str


def read_module(code: Code) -> Module | Unreadable:
    """Read and parse the module's file."""
    try:
        text = code.path.read_bytes()
        tree = ast.parse(text)
    except SyntaxError as error:
        is_encoding = "codec can't decode" in error.msg
        return Unreadable(code.path, error.lineno or 1, "this is not UTF-8" if is_encoding else error.msg)
    except OSError as error:
        return Unreadable(code.path, 1, (error.strerror or type(error).__name__).lower())
    except (ValueError, RecursionError) as error:
        return Unreadable(code.path, 1, str(error))
    module = Module(code.name, code.path, code.is_package, code.is_project, tree.body, may_yield=b"yield" in text)
    for statement in definitions(tree.body):
        _define(module, statement)
    return module


def definitions(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run in this scope, those inside `if`, `try`, `with` and loops included."""
    for statement in body:
        yield statement
        for inner in blocks(statement):
            yield from definitions(inner)


def blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of a compound statement that share its scope."""
    match statement:
        case ast.If() | ast.For() | ast.While():
            yield from (statement.body, statement.orelse)
        case ast.With():
            yield statement.body
        case ast.Try() | ast.TryStar():
            yield from (statement.body, *(handler.body for handler in statement.handlers))
            yield from (statement.orelse, statement.finalbody)
        case ast.Match():
            yield from (case.body for case in statement.cases)
        case _:
            pass


def members(module: Module, node: ast.ClassDef) -> dict[str, Definition]:
    """What the body of a class defines."""
    inner = Module(module.name, module.path, module.is_package, module.is_project, node.body)
    for statement in definitions(node.body):
        _define(inner, statement)
    return {name: _rehome(definition, module) for name, definition in inner.names.items()}


def _rehome(definition: Definition, module: Module) -> Definition:
    """Names inside a class body are looked up in its module."""
    match definition:
        case FunctionDef(_, node):
            return FunctionDef(module, node)
        case ClassDef(_, node):
            return ClassDef(module, node)
        case Value(_, node, annotation, line):
            return Value(module, node, annotation, line)
        case Import():
            return definition


def _define(module: Module, statement: ast.stmt) -> None:
    names = module.names
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            if not _is_overload(statement):
                names[statement.name] = FunctionDef(module, statement)
            module.is_open |= statement.name == "__getattr__"
        case ast.ClassDef():
            names[statement.name] = ClassDef(module, statement)
        case ast.Import():
            for alias in statement.names:
                bound = alias.asname or alias.name.partition(".")[0]
                names[bound] = Import(alias.name if alias.asname else bound, None)
        case ast.ImportFrom():
            _define_imported(module, statement)
        case ast.Assign():
            for target in statement.targets:
                _assign(module, target, statement.value)
        case ast.AnnAssign(target=ast.Name(id=name)):
            names[name] = _value(module, statement.value, statement.annotation, statement.lineno)
        case ast.AugAssign(target=ast.Name(id="__all__")):
            module.exported = None
        case ast.For():
            _assign(module, statement.target, None)
        case ast.With():
            for item in statement.items:
                if item.optional_vars:
                    _assign(module, item.optional_vars, None)
        case ast.Expr():
            module.is_open |= _writes_globals(statement.value)
        case _:
            _define_alias(module, statement)


def _define_alias(module: Module, statement: ast.stmt) -> None:
    """`type X = ...`, which Python 3.11 has no class for."""
    name, value = getattr(statement, "name", None), getattr(statement, "value", None)
    if type(statement).__name__ == "TypeAlias" and isinstance(name, ast.Name) and isinstance(value, ast.expr):
        module.names[name.id] = Value(module, value, None, statement.lineno)


def _define_imported(module: Module, statement: ast.ImportFrom) -> None:
    source = imported_module(module, statement)
    if source is None:
        return
    for alias in statement.names:
        if alias.name == "*":
            module.stars.append(source)
        else:
            module.names[alias.asname or alias.name] = Import(source, alias.name)


def imported_module(module: Module, statement: ast.ImportFrom) -> str | None:
    """The dotted name of the module that `from ... import` names; None where there are more dots than packages."""
    if not statement.level:
        return statement.module
    package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    up = statement.level - 1
    if up >= len(package):
        return None
    base = package[: len(package) - up]
    return ".".join([*base, statement.module] if statement.module else base)


def _assign(module: Module, target: ast.expr, value: ast.expr | None) -> None:
    match target:
        case ast.Name(id="__all__"):
            module.exported = _texts(value)
        case ast.Name(id=name):
            is_placeholder = isinstance(value, ast.Constant) and value.value is None
            if not (is_placeholder and name in module.names):  # `except ImportError: f = None`
                module.names[name] = _value(module, value, None, target.lineno)
        case ast.Tuple() | ast.List():
            for element in target.elts:
                _assign(module, element, None)
        case ast.Starred():
            _assign(module, target.value, None)
        case ast.Subscript(value=ast.Call(func=ast.Name(id="globals" | "vars"))):
            module.is_open = True
        case _:
            pass


def _value(module: Module, node: ast.expr | None, annotation: ast.expr | None, line: int) -> Definition:
    return FunctionDef(module, node) if isinstance(node, ast.Lambda) else Value(module, node, annotation, line)


def _texts(node: ast.expr | None) -> frozenset[str] | None:
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    texts = [item.value for item in node.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return frozenset(texts) if len(texts) == len(node.elts) else None


def _is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(ast.unparse(decorator).rpartition(".")[2] == "overload" for decorator in node.decorator_list)


def _writes_globals(value: ast.expr) -> bool:
    """`globals().update(...)`, `setattr(sys.modules[...], ...)`."""
    if not isinstance(value, ast.Call):
        return False
    text = ast.unparse(value.func)
    return text in ("globals().update", "vars().update", "setattr")
