"""Where the sections, keys and values of `flow.toml` stand: the parser of TOML gives values alone."""

from __future__ import annotations

import re

from attrs import define, field

from flowc.source import Source, Span

_SECTION = re.compile(r"\s*\[+\s*([\w.\-\"' ]+?)\s*\]")
_KEY = re.compile(r"\s*([\w\-]+|\"[^\"]*\"|'[^']*')\s*[=.]")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@define
class SettingsText:
    """The text of `flow.toml`, looked through once."""

    source: Source
    _sections: dict[str, Span] = field(factory=dict[str, Span], init=False)
    _keys: dict[tuple[str, str], Span] = field(factory=dict[tuple[str, str], Span], init=False)

    def __attrs_post_init__(self) -> None:
        section, at = "", 0
        for line in self.source.text.splitlines(keepends=True):
            if found := _SECTION.match(line):
                section = found[1].replace('"', "").replace(" ", "")
                self._sections.setdefault(section, self._span(at, found))
            elif found := _KEY.match(line):
                self._keys.setdefault((section, found[1].strip("\"'")), self._span(at, found))
            at += len(line)

    def _span(self, at: int, found: re.Match[str]) -> Span:
        return Span(self.source, at + found.start(1), at + found.end(1))

    def section(self, name: str) -> Span:
        """A section's name, where it is opened; the beginning of the text if it is not."""
        return self._sections.get(name) or self._keys.get(("", name)) or Span(self.source, 0, 0)

    def key(self, section: str, name: str) -> Span:
        """A key of a section."""
        return self._keys.get((section, name)) or self.section(section)

    def value(self, section: str, key: str, text: str) -> Span:
        """A text among the values of a key, with its quotes."""
        place = self.key(section, key)
        starts = [self.source.text.find(quote + text + quote, place.end) for quote in "\"'"]
        start = max(starts)
        return Span(self.source, start, start + len(text) + 2) if start >= 0 else place

    def mistake(self, message: str) -> tuple[str, Span]:
        """What the parser says, without its place, and that place."""
        found = _AT.search(message)
        if found is None:
            return message, Span(self.source, 0, 0)
        lines = self.source.text.splitlines(keepends=True)
        if found[1] is None:
            end = len(self.source.text)
            return message[: found.start()], Span(self.source, end, end)
        start = sum(map(len, lines[: int(found[1]) - 1])) + int(found[2]) - 1
        start = min(start, len(self.source.text))
        return message[: found.start()], Span(self.source, start, start)
