"""Where holes stand in a shell script, as `/bin/sh` reads it.

A hole becomes one word in quotes of its own. That is right wherever a bare word may stand, and wrong inside quotes,
here documents and comments, after a backslash or `$`, and in arithmetic and backticks, which read the text again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from attrs import define, field, frozen

ShellContext = Literal[
    "word",
    "single_quotes",
    "double_quotes",
    "here_document",
    "comment",
    "backslash",
    "dollar",
    "backticks",
    "arithmetic",
]
HOLE = "\0"
_WORD_ENDS = " \t\n;&|()<>"
_PLAIN = re.compile("[^\\\\'\"`$#\n<()\0]+")
"""What stands for itself outside of quotes."""


@frozen
class ShellHole:
    """A hole by its index among the parts. `touches`: text or another hole stands right beside it (`a#{x}`)."""

    part: int
    context: ShellContext
    touches: bool = False


@define
class _Document:
    """A here document that is due after the next line end."""

    end: str
    strips_tabs: bool


@define
class _Scanner:
    text: str
    at: int = 0
    found: dict[int, ShellContext] = field(factory=dict[int, ShellContext])
    due: list[_Document] = field(factory=list[_Document])

    def peek(self, length: int = 1) -> str:
        return self.text[self.at : self.at + length]

    # -------------------------------------------------------------- commands

    def commands(self, until: str) -> None:
        """Words and operators up to `until` (a bracket or backtick of its own), or the end."""
        depth = 0
        while self.at < len(self.text):
            char = self.peek()
            if char == until and not depth:
                self.at += 1
                return
            if until and self._is_case():
                self._case()
                continue
            before = self.at
            if not until and (plain := _PLAIN.match(self.text, before)):
                self.at = plain.end()
                continue
            self.one(char)
            if self.at == before + 1:  # not the two brackets of arithmetic
                depth += {"(": 1, ")": -1}.get(char, 0)

    def one(self, char: str) -> None:
        """Read one thing outside of quotes."""
        readers: dict[str, Callable[[], None]] = {
            "\\": self.escaped,
            "'": self.single,
            '"': self.double,
            "`": self.backticks,
            "$": self.dollar,
        }
        if char in readers:
            readers[char]()
        elif char == "#" and self._begins_word():
            self.comment()
        elif char == "\n":
            self.at += 1
            self.documents()
        elif self.peek(3) == "<<<":
            self.at += 3
        elif self.peek(2) == "<<":
            self.announce()
        elif self.peek(2) == "((" and self._begins_command():
            self.at += 2
            self.arithmetic("))")
        else:
            self.mark("word")
            self.at += 1

    def mark(self, context: ShellContext) -> None:
        """If a hole stands here, that is its context."""
        if self.peek() == HOLE:
            self.found[self.at] = context

    def _begins_word(self) -> bool:
        return self.at == 0 or self.text[self.at - 1] in _WORD_ENDS

    def _begins_command(self) -> bool:
        before = self.text[max(0, self.at - 200) : self.at].rstrip(" \t")
        return (
            not before or before[-1] in "\n;&|(" or before.split()[-1] in ("if", "while", "until", "then", "do", "else")
        )

    def _is_case(self) -> bool:
        return self.peek(4) == "case" and self._begins_command() and self.text[self.at + 4 : self.at + 5] in (" ", "\t")

    def _case(self) -> None:
        """`case x in a) ... ;; esac`, whose brackets do not pair."""
        start = self.at
        while self.at < len(self.text):
            if self.at > start and self.peek(4) == "esac" and self._begins_word():
                self.at += 4
                return
            self.one(self.peek())

    # -------------------------------------------------------------- quotes

    def escaped(self) -> None:
        self.at += 1
        self.mark("backslash")
        self.at += 1

    def single(self) -> None:
        self.at += 1
        while self.at < len(self.text) and self.peek() != "'":
            self.mark("single_quotes")
            self.at += 1
        self.at += 1

    def double(self) -> None:
        self.at += 1
        while self.at < len(self.text) and self.peek() != '"':
            self.inner("double_quotes")
        self.at += 1

    def inner(self, context: ShellContext) -> None:
        """One thing inside of double quotes or a here document: `$(...)` in it is a script of its own."""
        char = self.peek()
        if char == "\\":
            self.at += 1
            self.mark(context)
            self.at += 1
        elif char == "`":
            self.backticks()
        elif char == "$" and self.peek(2) in ("$(", "${"):
            self.dollar(context)
        else:
            self.mark(context)
            self.at += 1

    def comment(self) -> None:
        while self.at < len(self.text) and self.peek() != "\n":
            self.mark("comment")
            self.at += 1

    def backticks(self) -> None:
        self.at += 1
        while self.at < len(self.text) and self.peek() != "`":
            self.mark("backticks")
            self.at += 2 if self.peek() == "\\" else 1
        self.at += 1

    # -------------------------------------------------------------- $

    def dollar(self, context: ShellContext = "word") -> None:
        if self.peek(3) == "$((":
            self.at += 3
            self.arithmetic("))")
        elif self.peek(2) == "$(":
            self.at += 2
            self.commands(")")
        elif self.peek(2) == "${":
            self.at += 2
            self.parameter(context)
        else:
            self.at += 1
            self.mark("dollar")
            self.at += self.peek() == HOLE

    def parameter(self, context: ShellContext) -> None:
        """`${name:-word}`: its word is as bare, or as quoted, as the whole."""
        name_ends = False
        while self.at < len(self.text) and self.peek() != "}":
            name_ends = name_ends or not (self.peek().isalnum() or self.peek() in "_#" + HOLE)
            if self.peek() == HOLE and not name_ends:
                self.found[self.at] = "dollar"
                self.at += 1
            elif context == "word":
                self.one(self.peek())
            else:
                self.inner(context)
        self.at += 1

    def arithmetic(self, end: str) -> None:
        depth = 0
        while self.at < len(self.text):
            if self.peek(2) == end and not depth:
                self.at += 2
                return
            self.mark("arithmetic")
            depth += {"(": 1, ")": -1}.get(self.peek(), 0)
            self.at += 1

    # -------------------------------------------------------------- here documents

    def announce(self) -> None:
        """`<<EOF`, `<<-'EOF'`: the document begins with the next line."""
        self.at += 2
        strips = self.peek() == "-"
        self.at += strips
        while self.peek() in (" ", "\t"):
            self.at += 1
        word = ""
        while self.at < len(self.text) and self.peek() not in _WORD_ENDS:
            self.mark("here_document")
            word += self.peek()
            self.at += 1
        self.due.append(_Document(word.replace("'", "").replace('"', "").replace("\\", ""), strips))

    def documents(self) -> None:
        """The documents that are due, each up to its last line."""
        for document in self.due:
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                line = self.text[self.at : end]
                is_last = (line.lstrip("\t") if document.strips_tabs else line) == document.end
                for offset in range(self.at, end):
                    if self.text[offset] == HOLE:
                        self.found[offset] = "here_document"
                self.at = end + 1
                if is_last:
                    break
        self.due.clear()


def shell_holes(parts: Sequence[str | object]) -> tuple[ShellHole, ...]:
    """Where each hole of a script stands; whatever is no text among the parts is a hole."""
    text = "".join(part.replace(HOLE, "\ufffd") if isinstance(part, str) else HOLE for part in parts)
    scanner = _Scanner(text)
    while scanner.at < len(text):
        scanner.commands("")
    holes = (offset for offset, char in enumerate(text) if char == HOLE)
    indices = (index for index, part in enumerate(parts) if not isinstance(part, str))
    return tuple(
        ShellHole(index, scanner.found.get(offset, "word"), _touches(text, offset))
        for index, offset in zip(indices, holes, strict=True)
    )


def _touches(text: str, offset: int) -> bool:
    around = text[offset - 1 : offset] + text[offset + 1 : offset + 2]
    return any(char not in _WORD_ENDS for char in around)
