"""Strings with holes as Python: an f-string where one can be read, a sum of pieces where none can be written."""

from __future__ import annotations

from ast import literal_eval
from contextlib import suppress

from attrs import evolve

from flowc.target.code import ADD, ATOM, Code, compose
from flowc.target.literals import block, block_inside, escaped, string

Part = str | Code


def interpolated(parts: tuple[Part, ...]) -> Code:
    """All parts in a row, as one string. A part that is Code has a value whose `str` is what should stand there."""
    parts = tuple(_known(part) for part in parts)
    holes = [part for part in parts if isinstance(part, Code)]
    texts = [part for part in parts if isinstance(part, str)]
    if not holes:
        return Code(block("".join(texts)))
    if any(char in hole.text for hole in holes for char in "\\\n#{}"):
        return _sum(parts)
    if any("\n" in text for text in texts) and not any("\r" in text for text in texts):
        return _triple_quoted(parts)
    return _quoted(parts)


def _known(part: Part) -> Part:
    """A hole for a string that is written out is that string."""
    if isinstance(part, Code) and part.text[:1] in ("'", '"'):
        with suppress(ValueError, SyntaxError):  # more than a literal, as `"a" + b`
            return str(literal_eval(part.text))
    return part


def _quoted(parts: tuple[Part, ...]) -> Code:
    """Before Python 3.12 a hole may not hold the quotes around it: those inside become single ones."""
    holes = [part for part in parts if isinstance(part, Code)]
    if any('"' in hole.text for hole in holes):
        if any("'" in hole.text for hole in holes):
            return _sum(parts)
        parts = tuple(_requoted(part) if isinstance(part, Code) else part for part in parts)
    inside = "".join(_hole(p) if isinstance(p, Code) else _doubled(escaped(p, '"')) for p in parts)
    return compose(f'f"{inside}"', ATOM, holes)


def _triple_quoted(parts: tuple[Part, ...]) -> Code:
    holes = [part for part in parts if isinstance(part, Code)]
    if any('"""' in hole.text for hole in holes):
        return _sum(parts)
    inside = "".join(_hole(p) if isinstance(p, Code) else _doubled(block_inside(p)) for p in parts)
    if inside.endswith('"'):
        inside = inside[:-1] + '\\"'
    return compose(f'f"""{inside}"""', ATOM, holes)


def _sum(parts: tuple[Part, ...]) -> Code:
    pieces = [string(part) if isinstance(part, str) else f"str({part.text})" for part in parts if part != ""]
    return compose(" + ".join(pieces), ADD if len(pieces) > 1 else ATOM, (p for p in parts if isinstance(p, Code)))


def _requoted(hole: Code) -> Code:
    return evolve(hole, text=hole.text.replace('"', "'"))


def _hole(hole: Code) -> str:
    return "{" + hole.text + "}"


def _doubled(text: str) -> str:
    """Braces outside of holes are written twice."""
    return text.replace("{", "{{").replace("}", "}}")
