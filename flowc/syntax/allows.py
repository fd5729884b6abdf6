"""`# flow: allow(slug, ...)` comments, and the line each is about."""

from __future__ import annotations

import re

from flowc.source import Source, Span
from flowc.syntax.ast import Allow, Name
from flowc.syntax.outline import Token, tokens

_ALLOW = re.compile(r"#\s*flow:\s*allow\(([^)]*)\)")
_SLUG = re.compile(r"[^\s,]+")


def allows(source: Source) -> tuple[Allow, ...]:
    """All of a file, in order."""
    if "allow(" not in source.text:
        return ()
    found: list[Allow] = []
    waiting: list[Token] = []  # comments on a line of their own, until the next line of code
    code_line = 0
    for token in tokens(source.text):
        line = source.position(token.start)[0]
        if token.kind in ("newline", "doc"):
            continue
        if token.kind == "comment":
            if line == code_line:
                found += _read(source, token, line)
            else:
                waiting.append(token)
            continue
        found += [allow for comment in waiting for allow in _read(source, comment, line)]
        waiting.clear()
        code_line = source.position(token.end - 1)[0]
    return tuple(found)


def _read(source: Source, comment: Token, line: int) -> list[Allow]:
    allow = _ALLOW.match(comment.text)
    if allow is None:
        return []
    start = comment.start + allow.start(1)
    slugs = tuple(
        Name(slug[0], span=Span(source, start + slug.start(), start + slug.end())) for slug in _SLUG.finditer(allow[1])
    )
    return [Allow(slugs, line, span=Span(source, comment.start, comment.start + allow.end()))]
