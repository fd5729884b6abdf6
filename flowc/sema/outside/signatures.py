"""From a definition in Python's text to how it may be called and what it gives."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from attrs import define, frozen

from flowc.ir.types import Type
from flowc.sema.outside.annotations import Annotations, dotted
from flowc.sema.outside.hints import Hint, untyped
from flowc.sema.outside.symbols import ClassDef, Definition, FunctionDef, Module, members

ParameterKind = Literal["positional_only", "positional", "keyword", "var_positional", "var_keyword"]

# Decorators that leave the signature as it is.
_TRANSPARENT = (
    *("staticmethod", "classmethod", "cache", "lru_cache", "wraps", "override", "final", "deprecated", "no_type_check"),
    *("abstractmethod", "retry", "on_exception", "typechecked", "profile"),
)


@frozen
class Parameter:
    """One parameter; `hint` None where it has no annotation."""

    name: str
    kind: ParameterKind
    hint: Hint | None = None
    has_default: bool = False

    @property
    def type(self) -> Type | None:
        """The one type that its annotation means, if it means one."""
        return self.hint.type if self.hint else None

    @property
    def annotation(self) -> str | None:
        return self.hint.text if self.hint else None


@frozen
class PythonFunction:
    """Something that can be called, as far as its text tells.

    `returns` None where the result has no annotation, or where a decorator may change it. `is_class`: a call makes an
    object. `has_known_signature` False: nothing can be said about arguments.
    """

    module: str
    name: str
    parameters: tuple[Parameter, ...] = ()
    returns: Hint | None = None
    is_async: bool = False
    is_generator: bool = False
    is_class: bool = False
    doc: str = ""
    path: Path | None = None
    line: int | None = None
    has_known_signature: bool = True

    @property
    def type(self) -> Type | None:
        """The type of its result: `nothing` for `-> None`, None where it is not told or is no type of the language."""
        return self.returns.type if self.returns and not (self.is_generator or self.is_async) else None


@define
class Signatures:
    """Reads signatures; `lookup` follows a dotted name to its definition."""

    annotations: Annotations
    lookup: Callable[[str], Definition | None]

    def of(self, definition: FunctionDef | ClassDef, module: str, name: str) -> PythonFunction:
        """The function or class that `module:name` stands for."""
        if isinstance(definition, ClassDef):
            return self._class(definition, module, name)
        return self._function(definition, module, name)

    def _function(self, definition: FunctionDef, module: str, name: str) -> PythonFunction:
        node, owner = definition.node, definition.module
        is_plain = isinstance(node, ast.Lambda) or all(self._keeps(item, owner) for item in node.decorator_list)
        is_bound = not isinstance(node, ast.Lambda) and _has_decorator(node, "classmethod")
        returns = None if isinstance(node, ast.Lambda) else node.returns
        return PythonFunction(
            module,
            name,
            parameters=self._parameters(node.args, owner)[1 if is_bound else 0 :],
            returns=self.annotations.hint(returns, owner) if returns and is_plain else None,
            is_async=isinstance(node, ast.AsyncFunctionDef) and is_plain,
            is_generator=is_plain and owner.may_yield and _yields(node),
            doc="" if isinstance(node, ast.Lambda) else _first_line(node),
            path=owner.path,
            line=node.lineno,
            has_known_signature=is_plain,
        )

    def _class(self, definition: ClassDef, module: str, name: str) -> PythonFunction:
        node, owner = definition.node, definition.module
        init = self._init(definition, 0)
        hint = self.annotations.hint(ast.Name(node.name), owner) if node.name in owner.names else untyped(node.name)
        return PythonFunction(
            module,
            name,
            parameters=self._parameters(init.node.args, init.module)[1:] if init else (),
            returns=hint,
            is_class=True,
            doc=_first_line(node),
            path=owner.path,
            line=node.lineno,
            has_known_signature=init is not None and not node.decorator_list and not node.keywords,
        )

    def _init(self, definition: ClassDef, depth: int) -> FunctionDef | None:
        """The `__init__` that a call runs, where that can be told."""
        own = members(definition.module, definition.node)
        found = own.get("__init__")
        if isinstance(found, FunctionDef) and "__new__" not in own:
            return found
        if len(definition.node.bases) != 1 or depth > 5:
            return None
        base = dotted(definition.node.bases[0], definition.module)
        parent = self.lookup(base) if base else None
        return self._init(parent, depth + 1) if isinstance(parent, ClassDef) else None

    def _parameters(self, args: ast.arguments, owner: Module) -> tuple[Parameter, ...]:
        return tuple(
            Parameter(arg.arg, kind, self.annotations.hint(arg.annotation, owner) if arg.annotation else None, default)
            for arg, kind, default in _arguments(args)
        )

    def _keeps(self, decorator: ast.expr, owner: Module) -> bool:
        """Whether a decorator leaves the signature alone: a known one, or one typed from a function to the same."""
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = dotted(function, owner) or ast.unparse(function)
        if name.rpartition(".")[2] in _TRANSPARENT:
            return True
        definition = self.lookup(name)
        if isinstance(decorator, ast.Call) or not isinstance(definition, FunctionDef):
            return False
        return _gives_what_it_takes(definition.node)


def _gives_what_it_takes(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """`def timed(f: F) -> F`."""
    if isinstance(node, ast.Lambda) or not node.returns or not node.args.args:
        return False
    taken = node.args.args[0].annotation
    return taken is not None and ast.dump(taken) == ast.dump(node.returns)


def _arguments(args: ast.arguments) -> Iterator[tuple[ast.arg, ParameterKind, bool]]:
    plain = [*args.posonlyargs, *args.args]
    required = len(plain) - len(args.defaults)
    for index, arg in enumerate(plain):
        yield arg, "positional_only" if index < len(args.posonlyargs) else "positional", index >= required
    if args.vararg:
        yield args.vararg, "var_positional", True
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield arg, "keyword", default is not None
    if args.kwarg:
        yield args.kwarg, "var_keyword", True


def _has_decorator(node: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    return any(isinstance(item, ast.Name) and item.id == name for item in node.decorator_list)


def _yields(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """Whether calling it makes a generator: a `yield` of its own, not one of a function inside it."""
    todo: list[ast.AST] = list(node.body) if not isinstance(node, ast.Lambda) else [node.body]
    while todo:
        item = todo.pop()
        if isinstance(item, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            todo.extend(ast.iter_child_nodes(item))
    return False


def _first_line(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    doc: Sequence[str] = (ast.get_docstring(node) or "").strip().splitlines()
    return doc[0].strip() if doc else ""
