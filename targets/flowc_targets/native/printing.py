"""A flow's module as Python source. Laid out as black would leave it where that is easy; `emit` does the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowc.target.code import Code, import_lines
from flowc.target.literals import string
from flowc.target.templates import doc
from flowc_targets.native.model import Entries, FlowModule, Make, Several, Value

_HOMES: dict[str, str] = {
    **dict.fromkeys(
        (
            "Python",
            "Shell",
            "Sql",
            "Http",
            "WaitFile",
            "WaitTime",
            "WaitUntil",
            "WaitAsset",
            "WaitApproval",
            "Email",
            "RunFlow",
            "OfPart",
            "Check",
            "Fail",
            "call",
        ),
        "actions",
    ),
    **dict.fromkeys(
        ("Cron", "Every", "OnAsset", "OnFile", "OnWebhook", "OnFlow", "Both", "Either", "Windows", "Keys", "Backfill"),
        "triggers",
    ),
    **dict.fromkeys(("secret", "env"), "environment"),
    **dict.fromkeys(("quoted",), "shell"),
    **dict.fromkeys(("encoded", "base"), "http"),
    **dict.fromkeys(("statement", "ident", "table", "as_json"), "sql"),
    **dict.fromkeys(("Table", "path"), "paths"),
}
_LINE = 96


def source(module: FlowModule, runtime: str) -> str:
    """The text of the module; `runtime` is the package that the runner is imported from."""
    imports, makes, support = set[tuple[str, str]](), set[str](), set[str]()
    for value in _values(module.flow):
        if isinstance(value, Make):
            makes.add(value.call)
        elif isinstance(value, Code):
            imports |= value.imports
            support |= value.support
    ours = {(f"{runtime}.{_HOMES.get(name, 'model')}", name) for name in makes}
    ours |= {(f"{runtime}.{_HOMES.get(name, 'operators')}", name) for name in support}
    lines = [doc(module.doc or f"The flow {module.name}.", 0), ""]
    lines += [*import_lines(imports), ""] if imports else []
    return "\n".join([*lines, *import_lines(ours), "", f"FLOW = {_text(module.flow, 0)}", ""])


def _values(value: Value) -> Iterator[Value]:
    yield value
    if isinstance(value, Make):
        for part in (*value.args, *(part for _, part in value.named)):
            yield from _values(part)
    elif isinstance(value, Several):
        for part in value.items:
            yield from _values(part)
    elif isinstance(value, Entries):
        for _, part in value.items:
            yield from _values(part)


def _text(value: Value, depth: int) -> str:
    """On one line if it fits there and has no comments inside, else a part a line."""
    short = _short(value)
    if short is not None and len(short) + 4 * depth <= _LINE:
        return short
    match value:
        case Code(text=text):
            return text
        case Make(call=call, args=args, named=named):
            parts = [_text(arg, depth + 1) for arg in args]
            parts += [f"{name}={_text(part, depth + 1)}" for name, part in named]
            return f"{call}({_lines(parts, depth)})"
        case Several(items=items):
            parts = [_comment(item, depth + 1) + _text(item, depth + 1) for item in items]
            return f"[{_lines(parts, depth)}]"
        case Entries(items=items):
            parts = [f"{string(name)}: {_text(part, depth + 1)}" for name, part in items]
            return f"{{{_lines(parts, depth)}}}"


def _short(value: Value) -> str | None:
    match value:
        case Code(text=text):
            return None if "\n" in text else text
        case Make(call=call, args=args, named=named):
            return _joined(
                f"{call}(", [*args, *(part for _, part in named)], ")", ["" for _ in args] + [f"{n}=" for n, _ in named]
            )
        case Several(items=items):
            if any(isinstance(item, Make) and item.comment for item in items):
                return None
            return _joined("[", items, "]", ["" for _ in items])
        case Entries(items=items):
            return _joined("{", [part for _, part in items], "}", [f"{string(name)}: " for name, _ in items])


def _joined(opening: str, items: Iterable[Value], closing: str, names: list[str]) -> str | None:
    parts: list[str] = []
    for name, item in zip(names, items, strict=True):
        short = _short(item)
        if short is None:
            return None
        parts.append(name + short)
    return opening + ", ".join(parts) + closing


def _lines(parts: list[str], depth: int) -> str:
    margin = "\n" + "    " * (depth + 1)
    return "".join(f"{margin}{part}," for part in parts) + "\n" + "    " * depth


def _comment(item: Value, depth: int) -> str:
    if not isinstance(item, Make) or not item.comment:
        return ""
    return f"# {item.comment}\n" + "    " * depth
