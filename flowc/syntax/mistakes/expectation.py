"""What may stand at a place, in words."""

from __future__ import annotations

_SHOWN = (
    ("EQUAL", "`=`"),
    ("COLON", "`:`"),
    ("IN", "`in`"),
    ("IMPORT", "`import`"),
    ("FATARROW", "`=>`"),
    ("_CALL", "`(`"),
    ("LBRACE", "`{`"),
    ("RPAR", "`)`"),
    ("RSQB", "`]`"),
    ("ARROW", "`->`"),
    ("_ELSE", "`else`"),
    ("COMMA", "`,`"),
    ("SHIFT", "`>>`"),
    ("RBRACE", "`}`"),
    ("_NL", "the end of the line"),
    ("$END", "the end of the text"),
)


def thing(expected: frozenset[str]) -> str | None:
    """The one kind of thing that may begin here: a value, a type, a name."""
    if "FLOW" in expected:
        return "a declaration"
    if "TASK" in expected:
        return "a statement"
    if "PYTHON" in expected:
        return "an action"
    if "MODREF" in expected:
        return "a function, as `module:function`,"
    if "INT" in expected:
        return "a value"
    if "STRING" in expected and "NAME" in expected:
        return "a type" if "LPAR" in expected else "a string or a name"
    if "STRING" in expected:
        return "a string"
    if "NAME" in expected:
        return "a clause" if "_NL" in expected else "a name"
    return None


def wanted(expected: frozenset[str], *, most: int = 3) -> str:
    """What may stand here, in a few words; empty where that would be no help."""
    first = thing(expected)
    if first in ("a declaration", "a statement", "an action", "a value"):
        return first
    skipped = {"IN"} if "PLUS" in expected else set[str]()  # after a value it may always stand, as brackets may
    skipped |= {"$END"} if "_NL" in expected else set[str]()
    signs = [text for kind, text in _SHOWN if kind in expected and kind not in skipped]
    signs = [text for text in signs if text != "`(`" or len(signs) == 1]
    return any_of(([first] if first else []) + signs[: most - bool(first)])


def any_of(things: list[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return " or ".join([", ".join(things[:-1]), things[-1]] if len(things) > 1 else things)
