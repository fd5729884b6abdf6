"""From the annotation of a Python function to a hint: section 4 of the vocabulary, read from right to left.

Names are followed through imports and the project's own aliases to a dotted name such as `datetime.date`; classes are
looked into only where they are the project's own, since others (a data frame) have no counterpart anyway.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable

from attrs import define, evolve, field

from flowc.ir.types import BOOL, INT, JSON, Enum, Field, ListOf, MapOf, Optional, Record, Type
from flowc.sema.outside.hints import Fixed, Foreign, Hint, Option, untyped
from flowc.sema.outside.known_types import LISTS, MAPS, NEVER, TUPLES, TYPES, TYPING, WRAPPERS
from flowc.sema.outside.symbols import ClassDef, Definition, FunctionDef, Import, Module, Value, members

_DEPTH = 12  # of types in types and of aliases, after which it is json


@define
class Annotations:
    """Reads annotations. `resolve` gives what the project defines by a dotted name, one step, imports not followed."""

    resolve: Callable[[str], Definition | None]
    _inside: list[ast.ClassDef] = field(factory=list[ast.ClassDef], init=False)

    def hint(self, node: ast.expr, module: Module) -> Hint:
        """What the annotation means in its module."""
        return evolve(self._hint(node, module, 0), text=_text(node))

    def _hint(self, node: ast.expr, module: Module, depth: int) -> Hint:
        if depth > _DEPTH:
            return Hint(_text(node), (JSON,))
        match node:
            case ast.Constant(value=None):
                return Hint("None", (), is_nullable=True)
            case ast.Constant(value=str() as text):
                return self._quoted(text, module, depth)
            case ast.BinOp(op=ast.BitOr()):
                return self._union([node.left, node.right], module, depth)
            case ast.Subscript():
                return self._subscript(node, module, depth)
            case _:
                return self._named(node, module, depth)

    def _quoted(self, text: str, module: Module, depth: int) -> Hint:
        try:
            node = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return untyped(text)
        return self._hint(node, module, depth + 1)

    def _union(self, nodes: list[ast.expr], module: Module, depth: int) -> Hint:
        hints = [self._hint(node, module, depth + 1) for node in nodes]
        options = dict.fromkeys(option for hint in hints for option in hint.options)
        return Hint("", tuple(options), is_nullable=any(hint.is_nullable for hint in hints))

    def _named(self, node: ast.expr, module: Module, depth: int) -> Hint:
        name = dotted(node, module)
        return self._name(name, depth) if name else untyped(_text(node))

    def _name(self, name: str, depth: int) -> Hint:
        if known := TYPES.get(_plain(name)):
            return Hint(name, (known,))
        definition = self.resolve(name)
        return self._defined(definition, depth) if definition and depth < _DEPTH else _outsider(name)

    def _defined(self, definition: Definition, depth: int) -> Hint:
        match definition:
            case ClassDef(module, node):
                return self._class(node, module, depth)
            case Value(module, ast.Call() as call):
                return self._made(call, module, depth)
            case Value(module, ast.expr() as alias):
                return self._hint(alias, module, depth + 1)
            case Import(source, name):
                return self._name(f"{source}.{name}" if name else source, depth + 1)
            case FunctionDef() | Value():
                return untyped("")

    # -------------------------------------------------------------- T[...]

    def _subscript(self, node: ast.Subscript, module: Module, depth: int) -> Hint:
        name = dotted(node.value, module) or ""
        place, _, word = name.rpartition(".")
        args = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
        if _plain(name) in TYPES and word not in (*LISTS, *MAPS, *TUPLES):
            return Hint(name, (TYPES[_plain(name)],))  # os.PathLike[str]
        if place not in TYPING:
            return self._named(node.value, module, depth)
        if word == "Literal":
            return _literal(args)
        if word == "Optional":
            return evolve(self._hint(args[0], module, depth + 1), is_nullable=True)
        if word == "NotRequired":
            return evolve(self._hint(args[0], module, depth + 1), is_nullable=True)
        if word == "Union":
            return self._union(args, module, depth)
        if word in WRAPPERS:
            return self._hint(args[0], module, depth + 1)
        return self._container(word, args, module, depth)

    def _container(self, word: str, args: list[ast.expr], module: Module, depth: int) -> Hint:
        if word in TUPLES:
            return self._tuple(args, module, depth)
        if word in LISTS and len(args) == 1:
            return self._list(args[0], module, depth)
        if word in MAPS and len(args) == 2:
            key, value = (self._one(arg, module, depth) for arg in args)
            return Hint("", (MapOf(key, value),)) if key and value else untyped(word)
        if word == "Coroutine" and len(args) == 3:
            return self._hint(args[2], module, depth + 1)
        return untyped(word, is_sure=word in NEVER)

    def _tuple(self, args: list[ast.expr], module: Module, depth: int) -> Hint:
        if len(args) == 2 and isinstance(args[1], ast.Constant) and args[1].value is ...:
            return self._list(args[0], module, depth)
        return Hint("", (Fixed(tuple(self._hint(arg, module, depth + 1) for arg in args)),))

    def _list(self, arg: ast.expr, module: Module, depth: int) -> Hint:
        item = self._one(arg, module, depth)
        return Hint("", (ListOf(item),)) if item else untyped("list")

    def _one(self, node: ast.expr, module: Module, depth: int) -> Type | None:
        """The type of an element; that of `Decimal` is vague here, and still says what fits."""
        hint = self._hint(node, module, depth + 1)
        if hint.type:
            return hint.type
        vague = [option for option in hint.options if not isinstance(option, Fixed | Foreign)]
        if len(vague) != 1 or len(hint.options) != 1:
            return None
        return Optional(vague[0]) if hint.is_nullable else vague[0]

    # -------------------------------------------------------------- the project's own classes

    def _class(self, node: ast.ClassDef, module: Module, depth: int) -> Hint:
        if node in self._inside:
            return Hint(node.name, (JSON,))  # a type that contains itself
        self._inside.append(node)
        hint = self._class_of(node, module, depth)
        self._inside.pop()
        return hint

    def _class_of(self, node: ast.ClassDef, module: Module, depth: int) -> Hint:
        bases = [dotted(base, module) or "" for base in node.bases]
        words = {base.rpartition(".")[2] for base in bases}
        if "TypedDict" in words:
            return self._record(node, module, depth, is_total=_is_total(node))
        if "NamedTuple" in words:
            return self._record(node, module, depth, is_total=True)
        if words & {"Enum", "StrEnum"}:
            return _enum(members(module, node), node.name, is_auto="StrEnum" in words)
        for base in bases:
            inherited = self.resolve(base) if base else None
            if isinstance(inherited, ClassDef):
                return self._inherited(node, module, inherited, depth)
        return untyped(node.name, is_sure=all(base == "builtins.object" for base in bases))

    def _inherited(self, node: ast.ClassDef, module: Module, parent: ClassDef, depth: int) -> Hint:
        hint = self._class(parent.node, parent.module, depth + 1)
        if len(hint.options) != 1 or not isinstance(record := hint.options[0], Record):
            return untyped(node.name)
        own = self._record(node, module, depth, is_total=_is_total(node)).options[0]
        if not isinstance(own, Record):
            return untyped(node.name)
        return Hint(node.name, (Record((*record.fields, *own.fields)),))

    def _record(self, node: ast.ClassDef, module: Module, depth: int, *, is_total: bool) -> Hint:
        annotated = [
            item for item in node.body if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        ]
        names = [(item.target.id, item.annotation) for item in annotated if isinstance(item.target, ast.Name)]
        return self._record_of(node.name, names, module, depth, is_total=is_total)

    def _record_of(
        self, name: str, items: list[tuple[str, ast.expr]], module: Module, depth: int, *, is_total: bool
    ) -> Hint:
        fields: list[Field] = []
        for key, annotation in items:
            kind = self._one(annotation, module, depth)
            if kind is None:
                return untyped(name)
            fields.append(Field(key, kind if is_total or isinstance(kind, Optional) else Optional(kind)))
        return Hint(name, (Record(tuple(fields)),))

    def _made(self, call: ast.Call, module: Module, depth: int) -> Hint:
        """`X = NewType("X", int)`, `TypedDict("X", {...})`, `NamedTuple("X", [...])`, `TypeVar("T", bound=int)`."""
        word = (dotted(call.func, module) or "").rpartition(".")[2]
        second = call.args[1] if len(call.args) > 1 else None
        if word == "NewType" and second:
            return self._hint(second, module, depth + 1)
        if word == "TypedDict" and isinstance(second, ast.Dict):
            keys = [key.value for key in second.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
            pairs = list(zip(keys, second.values, strict=False))
            return self._record_of(word, pairs, module, depth, is_total=_says_total(call.keywords))
        if word == "TypeVar":
            bound = next((keyword.value for keyword in call.keywords if keyword.arg == "bound"), None)
            return self._hint(bound, module, depth + 1) if bound else Hint(word, (JSON,))
        return untyped(_text(call))


def dotted(node: ast.expr, module: Module) -> str | None:
    """The full dotted name that an expression stands for in its module: `dt.date` is `datetime.date`."""
    match node:
        case ast.Name(id=name):
            match module.names.get(name):
                case Import(source, None):
                    return source
                case Import(source, str() as what):
                    return f"{source}.{what}"
                case None:
                    if hasattr(builtins, name):
                        return f"builtins.{name}"
                    return f"{module.name}.{name}" if module.stars else None
                case _:
                    return f"{module.name}.{name}"
        case ast.Attribute(value=value, attr=attr):
            base = dotted(value, module)
            return f"{base}.{attr}" if base else None
        case _:
            return None


def _plain(name: str) -> str:
    return name.replace("typing_extensions.", "typing.").replace("pathlib._local.", "pathlib.")


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):  # most are, and `unparse` is slow
        return node.id
    return ast.unparse(node)


def _outsider(name: str) -> Hint:
    """A name of the standard library or of an installed package that stands for no type of the language."""
    place, _, word = name.rpartition(".")
    if place in TYPING and word in LISTS + TUPLES + MAPS:
        return Hint(name, (JSON,))
    if place in TYPING and word in ("NoReturn", "Never", "None"):
        return Hint(name, (), is_nullable=True)
    return untyped(name, is_sure=place in TYPING and word in NEVER)


def _literal(args: list[ast.expr]) -> Hint:
    values = [arg.value if isinstance(arg, ast.Constant) else ... for arg in args]
    given = [value for value in values if value is not None]
    texts = [value for value in given if isinstance(value, str)]
    options: dict[Option, None] = {Enum(tuple(texts)): None} if texts else {}
    for value in given:
        if isinstance(value, bool):
            options[BOOL] = None
        elif isinstance(value, int):
            options[INT] = None
        elif not isinstance(value, str):
            options[Foreign("Literal")] = None
    return Hint("", tuple(options), is_nullable=None in values)


def _enum(names: dict[str, Definition], name: str, *, is_auto: bool) -> Hint:
    """An `enum.Enum` whose members are texts; a StrEnum's `auto()` is the name in lower case."""
    texts: list[str] = []
    for member, definition in names.items():
        if not isinstance(definition, Value) or member.startswith("_"):
            continue
        match definition.node:
            case ast.Constant(value=str() as text):
                texts.append(text)
            case ast.Call() if is_auto:
                texts.append(member.lower())
            case _:
                return untyped(name)
    return Hint(name, (Enum(tuple(texts)),)) if texts else untyped(name)


def _is_total(node: ast.ClassDef) -> bool:
    return _says_total(node.keywords)


def _says_total(keywords: list[ast.keyword]) -> bool:
    return not any(
        keyword.arg == "total" and isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        for keyword in keywords
    )
