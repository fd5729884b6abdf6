"""Files as text: UTF-8, with or without a byte order mark. What cannot be read is a diagnostic."""

from __future__ import annotations

from pathlib import Path

from flowc.diagnostics.model import Problems
from flowc.source import Source, Span


def read_source(path: Path, problems: Problems, *, shown: str | None = None) -> Source | None:
    """The file at `path`, named `shown` in messages; None if it cannot be read, which is reported."""
    shown = shown or str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        problems.add("FLOW824", f"cannot read `{shown}`: {why}", Span(Source(shown, ""), 0, 0))
        return None
    return decode(content, shown, problems)


def decode(content: bytes, shown: str, problems: Problems) -> Source | None:
    """`content` as a source; None if it is not UTF-8, which is reported at the first byte that is not."""
    try:
        return Source(shown, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        source = Source(shown, content.decode("utf-8", "replace").removeprefix("\ufeff"))
        start = len(content[: error.start].decode("utf-8", "replace").removeprefix("\ufeff"))
        help_ = f"save it as UTF-8:  iconv -f latin1 -t utf-8 {shown}"
        problems.add("FLOW116", f"`{shown}` is not UTF-8", Span(source, start, start + 1), helps=(help_,))
        return None
