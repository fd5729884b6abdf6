"""The tokens of one logical line, and the shape of a physical one."""

from __future__ import annotations

import re
from keyword import kwlist

NAME, WORD, NUMBER, TEXT, SIGN, OPEN, CLOSE, NOTE = "name", "word", "number", "text", "sign", "open", "close", "note"
"""Kinds of tokens: WORD is a keyword, TEXT a string, NOTE a comment."""

WORDS = frozenset(kwlist) - {"True", "False", "None"}

_TOKEN = re.compile(
    r"""[ ]*(?:
    (?P<text>[rbfRBFuU]{0,2}(?:\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|"(?!"")(?:[^"\\\n]|\\.)*"|'(?!'')(?:[^'\\\n]|\\.)*'))
  | (?P<name>[^\W\d]\w*)
  | (?P<number>\d\w*(?:\.\d\w*)?)
  | (?P<open>[(\[{]) | (?P<close>[)\]}])
  | (?P<sign>\*\*=|//=|>>=|<<=|\.\.\.|!=|->|:=|[+\-*/%@&|^<>=]=|\*\*|//|<<|>>|[+\-*/%@&|^~<>=.,:])
  | (?P<note>\#[^\n]*)
  | (?P<line>\n)
    )""",
    re.X | re.S,
)
_PARTS = re.compile(r"([A-Za-z]*)(\"{3}|'{3}|\"|')(.*)\2", re.S)
_PREFIXES = frozenset(("", "f", "b", "r", "rb", "br", "fr", "rf"))
_PLAIN_NUMBER = re.compile(r"\d[\d_]*(?:\.\d+)?(?:e\d+)?j?|0x[\dA-F]+")
PLAIN_NOTE = re.compile(r"# (?!type:(?! ignore)|fmt:|yapf:|isort:)[^\s]([^\t\f\r]*[^\s])?")


class OddError(Exception):
    """Source that this package does not lay out: black does."""


class Token:
    """One token with the blanks before it, and what the layout has to know of its place."""

    __slots__ = (
        "after",
        "before",
        "depth",
        "fall",
        "holds",
        "is_atom",
        "is_magic",
        "is_new",
        "kind",
        "mate",
        "note",
        "pre",
        "rise",
        "size",
        "text",
    )

    def __init__(self, kind: str, text: str) -> None:
        self.kind, self.text, self.size = kind, text, len(text)
        self.pre = ""
        self.before = 0  # how gladly a line breaks before this token, and after it
        self.after = 0
        self.depth = 0  # brackets around it, the arguments of a lambda and the names of a loop counted as one
        self.rise = self.fall = 0
        self.mate: Token = self
        self.is_atom = False  # of a bracket: not one of a call or an index
        self.is_magic = False  # of a closing bracket: the comma before it breaks the line
        self.is_new = False  # a comma that the layout set
        self.holds = ""  # of an opening parenthesis: "tuple", "expression", ...
        self.note = ""  # the comment after it

    def show(self, text: str) -> None:
        """Make a parenthesis that nobody wrote a real one."""
        self.text, self.size = text, len(text)


def hidden(opens: bool) -> Token:
    """A parenthesis that could stand here."""
    return Token(OPEN if opens else CLOSE, "")


def tokens_from(text: str, start: int, *, until: str = "") -> tuple[list[Token], str, int]:
    """The tokens of the logical line that begins at an offset, the comment at its end, and the offset after its line.

    With `until` it goes on until a line that ends with it, as within brackets.
    """
    found: list[Token] = []
    depth, at, ends, match = 0, start, start, _TOKEN.match
    while True:
        piece = match(text, at)
        if piece is None:
            if at == len(text) and not depth:
                return found, "", at
            raise OddError("an unknown character")
        kind = piece.lastgroup or ""
        value = piece[kind]
        at = piece.end()
        if kind == "line":
            if depth or (until and found[-1].text != until):
                continue
            return found, "", at
        if kind == "note":
            if not PLAIN_NOTE.fullmatch(value) or not (text.startswith("\n", at) or at == len(text)):
                raise OddError("a comment that black mends")
            if not depth and not (until and found[-1].text != until):
                return found, value, min(at + 1, len(text))
            if text.rfind("\n", start, piece.start(kind)) >= ends or value.startswith("# type:") or found[-1].note:
                raise OddError("a comment of its own inside of brackets")
            found[-1].note = value
            continue
        found.append(_token(kind, value))
        ends = at
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth < 0:
                raise OddError("a bracket too many")
        elif kind in ("text", "name", "number") and text[at : at + 1] in _JOINED:
            raise OddError("a text that does not end where it seems to")


_JOINED = ("'", '"', "_", "\\")


def _token(kind: str, value: str) -> Token:
    if kind == "name":
        return Token(WORD if value in WORDS else NAME, value)
    if kind == "text":
        return Token(kind, _quoted(value))
    if kind == "number" and not _PLAIN_NUMBER.fullmatch(value):
        raise OddError("a number that black mends")
    return Token(kind, value)


def _quoted(value: str) -> str:
    """The text in the quotes that need fewer escapes, double ones if both need as many."""
    if value[0] == '"' and "\\" not in value:
        return value
    parts = _PARTS.fullmatch(value)
    if parts is None or parts[1] not in _PREFIXES or parts[2] == "'''":
        raise OddError("a text that black mends")
    prefix, quote, body = parts.groups()
    if quote == '"""' or (quote == '"' and ("\\" not in body or "r" in prefix)):
        return value
    escapes: list[str] = re.findall(r"\\.|['\"]", body, re.S)
    if quote == "'":
        if '"' in escapes and '\\"' not in escapes and ("r" in prefix or escapes.count('"') > escapes.count("\\'")):
            return value
        if any(each in ('"', "\\'", '\\"') for each in escapes):
            raise OddError("a text with escapes in single quotes")
        return f'{prefix}"{body}"'
    double, single = escapes.count('\\"'), escapes.count("'")
    if "\\'" in escapes or (single < double and single and "f" in prefix):
        raise OddError("a text with needless escapes")
    if single >= double:
        return value
    body = re.sub(r"\\.|'", lambda piece: {'\\"': '"', "'": "\\'"}.get(piece[0], piece[0]), body, flags=re.S)
    if "f" in prefix and re.search(r"\{[^}]*\\", body):
        raise OddError("an escape in a place of a text")
    return f"{prefix}'{body}'"


_SHAPE = re.compile(
    r'(?:[fbr]?"(?:[^"\\\n]|\\[^"\'\n])*"|\b\d+\b|\b(?!(?:' + "|".join(sorted(WORDS)) + r")\b)[^\W\d]\w*)"
)


def shape(line: str) -> str:
    """The line with `a` for every name, whole number and plain text: lines of one shape are laid out alike."""
    return _SHAPE.sub("a", line)
