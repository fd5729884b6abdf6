"""Constants as Python source, the way black would leave them. Never a value spliced into quotes by hand."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import cast

Imports = frozenset[tuple[str, str]]
"""Names that source needs: `("datetime", "timedelta")` for `from datetime import timedelta`."""

Display = list[object] | tuple[object, ...] | dict[object, object]


def literal(value: object) -> str:
    """Source of a constant; TypeError for what is none. `imports_of` tells which names it needs."""
    match value:
        case str():
            return string(value)
        case None | bool() | int() | float() | bytes():
            return _number_or_bytes(value)
        case datetime():
            return f"datetime({', '.join((*_clock(value.year, value.month, value.day, *_hms(value)), *_zone(value)))})"
        case date():
            return f"date({value.year}, {value.month}, {value.day})"
        case time():
            return f"time({', '.join((*_clock(*_hms(value)), *_zone(value)))})"
        case timedelta():
            return duration(value)
        case Decimal():
            return f"Decimal({string(str(value))})"
        case list() | tuple() | dict():
            return _display(cast(Display, value))
        case _:
            raise TypeError(f"no literal for {value!r}")


def imports_of(value: object) -> Imports:
    """The names that `literal(value)` needs."""
    match value:
        case datetime() | time():
            found = {("datetime", type(value).__name__)}
            offset = value.utcoffset()
            if offset is not None:
                found |= {("datetime", "timezone")} | ({("datetime", "timedelta")} if offset else set())
            return frozenset(found)
        case date():
            return frozenset({("datetime", "date")})
        case timedelta():
            return frozenset({("datetime", "timedelta")})
        case Decimal():
            return frozenset({("decimal", "Decimal")})
        case list() | tuple() | dict():
            items = cast(Display, value)
            inner = items.values() if isinstance(items, dict) else items
            return frozenset[tuple[str, str]]().union(*(imports_of(item) for item in inner))
        case _:
            return frozenset()


def _display(value: Display) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    inner = ", ".join(literal(item) for item in value)
    if isinstance(value, list):
        return f"[{inner}]"
    return f"({inner},)" if len(value) == 1 else f"({inner})"


def string(value: str) -> str:
    """A string in double quotes unless single ones need fewer escapes, in one line."""
    quote = "'" if '"' in value and "'" not in value else '"'
    return quote + escaped(value, quote) + quote


def escaped(value: str, quote: str, *, keep_newlines: bool = False) -> str:
    """The inside of a string literal in those quotes; what cannot be seen is escaped."""
    out: list[str] = []
    for char in value:
        if char in ("\\", quote):
            out.append("\\" + char)
        elif char == "\n":
            out.append("\n" if keep_newlines else "\\n")
        elif char.isprintable():
            out.append(char)
        else:
            out.append(repr(char)[1:-1])
    return "".join(out)


def block(value: str) -> str:
    """A string of several lines in triple quotes, to be read as it is; one of a single line as `string` gives it."""
    if "\n" not in value or "\r" in value:
        return string(value)
    inside = block_inside(value)
    return '"""' + (inside[:-1] + '\\"' if inside.endswith('"') else inside) + '"""'


def block_inside(value: str) -> str:
    """What stands between triple quotes. Blanks at the end of a line are spelled out: an editor would drop them."""
    text = escaped(value, "", keep_newlines=True).replace('"""', '\\"\\"\\"')
    *lines, last = text.split("\n")
    return "\n".join([*(line[:-1] + "\\x20" if line.endswith(" ") else line for line in lines), last])


_UNITS = (("days", 86400), ("hours", 3600), ("minutes", 60), ("seconds", 1))


def duration(value: timedelta) -> str:
    """`timedelta(minutes=15)`: in the largest unit that is exact, or in seconds and microseconds."""
    seconds = value.days * 86400 + value.seconds
    if value.microseconds == 0:
        for unit, size in _UNITS:
            if seconds % size == 0 and seconds:
                return f"timedelta({unit}={seconds // size})"
        return "timedelta(0)"
    micros = seconds * 1_000_000 + value.microseconds
    if micros % 1000 == 0:
        return f"timedelta(milliseconds={micros // 1000})"
    return f"timedelta(microseconds={micros})"


def _number_or_bytes(value: float | bytes | bool | None) -> str:
    if isinstance(value, bytes):
        text = repr(value)
        return text if '"' in text or "\\'" in text else 'b"' + text[2:-1] + '"'
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return f'float("{value}")'
    return repr(value)


def _hms(value: datetime | time) -> tuple[int, ...]:
    return value.hour, value.minute, value.second, value.microsecond


def _clock(*parts: int) -> list[str]:
    """The parts, without zeros at the end beyond hour and minute."""
    shown = list(parts)
    while shown[-1] == 0 and len(shown) > len(parts) - 2:
        shown.pop()
    return [str(part) for part in shown]


def _zone(value: datetime | time) -> list[str]:
    offset = value.utcoffset()
    if offset is None:
        return []
    zone = "timezone.utc" if not offset else f"timezone({duration(offset)})"
    return [f"tzinfo={zone}"]
