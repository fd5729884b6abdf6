"""Texts as somebody writes them: a text, and after it what random edits make of it, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

MARKS = ("{", "}", "(", '"', '"""', "#{", "#", "##", "\n", " ", ",", "=", ">>", "-> str", "retry 3", "else {", "\t")
MARKS += ("task x = ", "flow a {\n", "if true {\n", "}\n", "\r\n", "# flow: allow(unused-import)\n", "\xa0", "é", "0")


def edited(text: str, random: Random, times: int) -> Iterator[str]:
    """The text, then the texts after each edit; now and then an edit is taken back."""
    before: list[str] = []
    yield text
    for _ in range(times):
        if before and random.random() < 0.2:
            text = before.pop()
        else:
            before.append(text)
            text = random.choice((_typed, _deleted, _repeated, _moved, _swapped))(text, random)
        yield text


def _typed(text: str, random: Random) -> str:
    at = random.randint(0, len(text))
    return text[:at] + random.choice(MARKS) + text[at:]


def _deleted(text: str, random: Random) -> str:
    at = random.randint(0, len(text))
    return text[:at] + text[at + random.choice((1, 1, 2, 5, 30)) :]


def _repeated(text: str, random: Random) -> str:
    """Some lines once more, there or elsewhere."""
    lines = text.splitlines(keepends=True)
    start, to = random.randint(0, len(lines)), random.randint(0, len(lines))
    lines[to:to] = lines[start : start + random.randint(1, 4)]
    return "".join(lines)


def _moved(text: str, random: Random) -> str:
    """Some lines elsewhere."""
    lines = text.splitlines(keepends=True)
    start, size = random.randint(0, len(lines)), random.randint(1, 4)
    taken = lines[start : start + size]
    del lines[start : start + size]
    to = random.randint(0, len(lines))
    lines[to:to] = taken
    return "".join(lines)


def _swapped(text: str, random: Random) -> str:
    """A word of the text in the place of another."""
    words = text.split()
    if not words:
        return text
    at = text.find(random.choice(words))
    old = text[at:].split(maxsplit=1)[0]
    return text[:at] + random.choice(words) + text[at + len(old) :]
