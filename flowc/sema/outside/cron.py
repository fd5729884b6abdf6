"""Cron text: five fields, and only what every engine reads alike.

The minutes, hours, days, months and weekdays of a `schedule`, checked here since engines differ in what they refuse.
Refused although some engines read them: seconds, `@daily`, `L`, `#`, `W`, `?`, and what engines read each in its own
way (`5/15`, `*/2` beside another day field). One exception: `day: last` of a preset is `L` as day of the month.
"""

from __future__ import annotations

import calendar
from typing import Literal

from attrs import frozen

from flowc.diagnostics.suggest import closest
from flowc.runtime.firings import LAST, Cron

FieldName = Literal["minute", "hour", "day of month", "month", "day of week"]
_NAMES: tuple[FieldName, ...] = ("minute", "hour", "day of month", "month", "day of week")
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDS: dict[int, dict[str, int]] = {
    3: {name: number for number, name in enumerate(_MONTHS, 1)},
    4: {name: number for number, name in enumerate(_WEEKDAYS)},
}
_NICKNAMES = {
    "@hourly": "schedule hourly",
    "@daily": "schedule daily",
    "@midnight": "schedule daily",
    "@weekly": "schedule weekly, day: sunday",
    "@monthly": "schedule monthly",
    "@yearly": '"0 0 1 jan *"',
    "@annually": '"0 0 1 jan *"',
}


@frozen
class CronProblem:
    """What is wrong, and where: `field_index` from 0 (None: with the whole), `text` is the part that is meant.

    `start` and `end` are its place in the expression; `suggestion` is a cron text or a clause to write instead.
    """

    message: str
    field_index: int | None = None
    field_name: FieldName | None = None
    text: str = ""
    start: int = 0
    end: int = 0
    suggestion: str | None = None


@frozen
class _Bad(Exception):
    message: str
    part: str
    better: str | None = None


def parse(expression: str) -> Cron | CronProblem:
    """The meaning of a cron text, or the first thing that is wrong with it."""
    places = _fields(expression)
    if len(places) != 5:
        return _wrong_count(expression, len(places))
    values: list[frozenset[int]] = []
    for index, (start, text) in enumerate(places):
        try:
            values.append(_field(index, text))
        except _Bad as bad:
            return _problem(expression, index, start, text, bad)
    texts = [text for _, text in places]
    is_last = texts[2] == LAST
    cron = Cron(
        " ".join(texts),
        values[0],
        values[1],
        values[2],
        values[3],
        frozenset(day % 7 for day in values[4]),
        is_fixed=not texts[0].startswith("*") and not texts[1].startswith("*"),
        has_both_days=texts[2].startswith("*") or texts[4].startswith("*"),
        is_last_day=is_last,
    )
    return _ambiguous(places) or _never(cron, places) or cron


def _fields(expression: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    at = 0
    for word in expression.split():
        at = expression.index(word, at)
        found.append((at, word))
        at += len(word)
    return found


def _wrong_count(expression: str, count: int) -> CronProblem:
    text = expression.strip()
    end = len(expression)
    if text.startswith("@"):
        known = _NICKNAMES.get(text.lower()) or _NICKNAMES.get(closest(text.lower(), _NICKNAMES) or "")
        return CronProblem(f"`{text}` is not a cron text of five fields", text=text, end=end, suggestion=known)
    if count == 6:
        return CronProblem("this cron text has six fields; seconds cannot be said", text=text, end=end)
    counted = "is empty" if not count else f"has {count} field{'s' * (count != 1)}"
    return CronProblem(f"this cron text {counted}, and a cron text has five", text=text, end=end)


def _problem(expression: str, index: int, start: int, text: str, bad: _Bad) -> CronProblem:
    at = start + max(text.find(bad.part), 0)
    suggestion = None
    if bad.better is not None:
        suggestion = f"{expression[:at]}{bad.better}{expression[at + len(bad.part) :]}"
    return CronProblem(bad.message, index, _NAMES[index], bad.part, at, at + len(bad.part), suggestion)


def _field(index: int, text: str) -> frozenset[int]:
    if index == 2 and text == LAST:
        return frozenset()
    return frozenset(value for part in text.split(",") for value in _part(index, part, text))


def _part(index: int, part: str, whole: str) -> range:
    """`*`, `5`, `1-5`, and with a step `*/15`, `1-30/2`."""
    name, (low, high) = _NAMES[index], _RANGES[index]
    if not part:
        raise _Bad(f"the {name} field `{whole}` has an empty part", whole)
    base, slash, step_text = part.partition("/")
    step = _step(index, part, base, step_text) if slash else 1
    if base == "*":
        return range(low, high + 1 if index != 4 else high, step)
    first, dash, last = base.partition("-")
    if not dash:
        return range(value := _number(index, first, part), value + 1)
    begin, end = _number(index, first, part), _number(index, last, part)
    if index == 4 and end == 0 < begin:
        raise _Bad(f"the {name} `{part}` runs backwards", part, _around_sunday(part, first, slash))
    if begin == end and slash:  # some engines go on to the end of the range
        raise _Bad(f"the {name} `{part}` has a step over one value", part, first)
    if begin > end:
        better = f"{first}-{high},{low}-{last}" if not slash and index < 2 else None
        raise _Bad(f"the {name} `{part}` runs backwards", part, better)
    return range(begin, end + 1, step)


def _around_sunday(part: str, first: str, slash: str) -> str | None:
    """`fri-sun` ends on day 7 where Sunday is written as a number."""
    if slash:
        return None
    return f"{first}-7" if first.isdigit() else f"{first}-sat,sun" if first != "sat" else "sat,sun"


def _step(index: int, part: str, base: str, text: str) -> int:
    name, (low, high) = _NAMES[index], _RANGES[index]
    if not _is_number(text) or int(text) == 0:
        raise _Bad(f"`{text}` is not a step of the {name}: `{part}`", part)
    if "-" not in base and base != "*":
        better = f"{base}-{high}/{text}"
        raise _Bad(f"the {name} `{part}` has a step and no end; engines read it differently", part, better)
    if int(text) > high - low:
        raise _Bad(f"a step of {text} is longer than the {name} has values: `{part}`", part)
    return int(text)


def _number(index: int, text: str, part: str) -> int:
    name, (low, high) = _NAMES[index], _RANGES[index]
    words = _WORDS.get(index, {})
    if text.lower() in words:
        return words[text.lower()]
    if _is_number(text):
        if not low <= int(text) <= high:
            raise _Bad(f"the {name} is {low} to {high}, not {int(text)}", text)
        return int(text)
    raise _Bad(*_not_a_number(index, text, part, words))


def _not_a_number(index: int, text: str, part: str, words: dict[str, int]) -> tuple[str, str, str | None]:
    name = _NAMES[index]
    if not text:
        return f"the {name} `{part}` lacks a number", part, None
    if not (text.isascii() and text.isalpha()) or part.upper() in ("L", "LW", "W", "H", "R"):
        better = "*" if part == "?" else None
        return f"not every engine understands `{part}` as a {name}", part, better
    near = next((word for word in words if text.lower().startswith(word)), None) or closest(text.lower(), words)
    return f"`{text}` is not a {name}", text, near


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _ambiguous(places: list[tuple[int, str]]) -> CronProblem | None:
    """`*/2` as one day field, with another day field: Debian's cron wants both to fit, others one of them."""
    for index, other in ((2, 4), (4, 2)):
        start, text = places[index]
        if text.startswith("*/") and places[other][1] != "*":
            message = (
                f"`{text}` beside the {_NAMES[other]} `{places[other][1]}`: engines disagree whether both must fit"
            )
            return CronProblem(message, index, _NAMES[index], text, start, start + len(text))
    return None


def _never(cron: Cron, places: list[tuple[int, str]]) -> CronProblem | None:
    """A day that none of the months has, such as the 30th of February."""
    if cron.is_last_day or not cron.has_both_days:
        return None
    longest = max(calendar.monthrange(2024, month)[1] for month in cron.months)  # a leap year
    if min(cron.days) <= longest:
        return None
    start, text = places[2]
    message = f"no day ever fits: the months of `{places[3][1]}` have {longest} days at most"
    return CronProblem(message, 2, _NAMES[2], text, start, start + len(text))
