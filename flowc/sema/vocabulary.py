"""The clauses: where each may stand, what it takes, and how two of them meet.

Places: `F` defaults of a file or profile, `f` flow, `g` group or a template's use, `t` task, `p` policy, `l` loop,
`a` asset, `e` an `on` line, `b` a block of statements, `T` a `target` block.
"""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from flowc.ir.types import (
    ANY,
    BOOL,
    DATE,
    DATETIME,
    DURATION,
    FLOAT,
    INT,
    SIZE,
    STR,
    TIME,
    ListOf,
    Type,
)

Stage = Literal["build", "start", "run"]


@frozen
class Slot:
    """One argument: a value of one of `types`, or a bare word of `words`; `raw`: its clause reads it."""

    name: str
    types: tuple[Type, ...] = ()
    words: tuple[str, ...] = ()
    required: bool = False
    many: bool = False
    raw: bool = False
    above_zero: bool = False
    not_negative: bool = False


@frozen
class Spec:
    """One clause. `adds`: an outer one and an inner one both hold; else the inner one replaces the outer one whole."""

    word: str
    places: str
    takes: tuple[Slot, ...] = ()
    modifiers: tuple[Slot, ...] = ()
    latest: Stage = "build"
    repeats: bool = False
    adds: bool = False
    later: bool = False


def _count(name: str, *, required: bool = False) -> Slot:
    return Slot(name, (INT,), required=required, above_zero=True)


_WINDOW = (Slot("start", (DATE, DATETIME)), Slot("end", (DATE, DATETIME)))
_CATCHUP = Slot("catchup", words=("none", "latest", "all"))
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "last")
_PRESETS = ("hourly", "daily", "weekly", "monthly")

_ALL = (
    Spec(
        "retry",
        "Ffgtp",
        (Slot("count", (INT,), required=True, not_negative=True),),
        (
            Slot("delay", (DURATION,), not_negative=True),
            Slot("backoff", words=("constant", "linear", "exponential")),
            Slot("max", (DURATION,), above_zero=True),
            Slot("jitter", (BOOL,)),
            Slot("on", raw=True),
            Slot("never", raw=True),
        ),
    ),
    Spec("timeout", "Ffgtp", (Slot("timeout", (DURATION,), required=True, above_zero=True),)),
    Spec("fallback", "t", (Slot("task", raw=True, required=True),)),
    Spec("use", "fgt", (Slot("policies", raw=True, required=True, many=True),), adds=True),
    Spec("pool", "Ffgtp", (Slot("name", (STR,), required=True),), (_count("slots"),)),
    Spec("priority", "Ffgtp", (Slot("priority", (INT,), required=True),)),
    Spec("lock", "tp", (Slot("name", (STR,), required=True),), latest="run"),
    Spec("env", "Ffgtp", (Slot("names", raw=True, required=True),), latest="run", adds=True),
    Spec("cpu", "Ffgtp", (Slot("cores", (INT, FLOAT), required=True, above_zero=True),)),
    Spec("memory", "Ffgtp", (Slot("size", (SIZE,), required=True, above_zero=True),)),
    Spec("gpu", "Ffgtp", (_count("count", required=True),), (Slot("kind", (STR,)),)),
    Spec("labels", "Ffgtp", (Slot("labels", raw=True, required=True),), adds=True),
    Spec("cache", "tp", (Slot("keep", (DURATION,), words=("forever",)),), (Slot("key", raw=True),), latest="run"),
    Spec(
        "after",
        "gt",
        (Slot("names", raw=True, required=True, many=True),),
        (Slot("when", words=("succeeded", "done", "failed")),),
        repeats=True,
        adds=True,
    ),
    Spec("when", "fgt", (Slot("condition", (BOOL,), required=True),), latest="run", adds=True),
    Spec("reads", "t", (Slot("assets", raw=True, required=True, many=True),), repeats=True, adds=True),
    Spec(
        "writes",
        "t",
        (Slot("assets", raw=True, required=True, many=True),),
        (Slot("mode", words=("append", "overwrite", "merge")),),
        repeats=True,
        adds=True,
    ),
    Spec("owner", "Ffta", (Slot("owner", (STR,), required=True),)),
    Spec("tags", "Ffta", (Slot("tags", (ListOf(STR),), required=True),)),
    Spec("separate", "g", (Slot("separate", (BOOL,), required=True),)),
    Spec("renamed", "fgta", (), (Slot("from", raw=True, required=True),)),
    Spec(
        "schedule",
        "f",
        (Slot("cron", (STR,), words=_PRESETS, required=True),),
        (
            Slot("at", (TIME,)),
            Slot("day", (INT,), words=_DAYS),
            Slot("tz", (STR,)),
            *_WINDOW,
            _CATCHUP,
        ),
        repeats=True,
    ),
    Spec(
        "every",
        "f",
        (Slot("period", (DURATION,), required=True, above_zero=True),),
        (*_WINDOW, _CATCHUP),
        repeats=True,
    ),
    Spec("max_runs", "f", (_count("count", required=True),), (Slot("overlap", words=("queue", "skip", "cancel_old")),)),
    Spec("deadline", "f", (Slot("after", (DURATION,), required=True, above_zero=True),)),
    Spec("sla", "f", (Slot("by", (TIME, DURATION), required=True, above_zero=True),)),
    Spec(
        "check",
        "fgb",
        (Slot("condition", (BOOL,), required=True),),
        (Slot("fail", (STR,)), Slot("skip", (STR,)), Slot("severity", words=("error", "warn"))),
        latest="run",
        repeats=True,
    ),
    Spec("limit", "l", (_count("count", required=True),)),
    Spec("tolerate", "l", (Slot("failures", (INT, FLOAT), required=True, not_negative=True),)),
    Spec("poll", "te", (Slot("period", (DURATION,), required=True, above_zero=True),)),
    Spec("args", "t", (Slot("args", (ListOf(ANY),), required=True, raw=True),), latest="run", later=True),
    Spec("accept", "T", (Slot("slugs", raw=True, required=True),), adds=True),
    Spec("body", "e", (Slot("schema", raw=True, required=True),)),
    Spec(
        "partition",
        "fa",
        (Slot("unit", (ListOf(STR),), words=("hour", "day", "week", "month"), required=True),),
        (*_WINDOW, Slot("tz", (STR,))),
    ),
    Spec("backfill", "f", (), (Slot("order", words=("oldest", "newest")), _count("limit"))),
    Spec("freshness", "a", (Slot("age", (DURATION,), required=True, above_zero=True),)),
    Spec("expand", "t", (Slot("what", words=("models", "none"), required=True),), later=True),
)

CLAUSES: dict[str, Spec] = {spec.word: spec for spec in _ALL}
"""Every clause by its word."""

MODIFIERS: dict[str, str] = {
    slot.name: spec.word for spec in reversed(_ALL) for slot in spec.modifiers if slot.name not in CLAUSES
}
"""Whose modifier a word is, for `delay 30s` that stands alone."""

PLACES: dict[str, str] = {
    "F": "`defaults`",
    "f": "a flow",
    "g": "a group",
    "t": "a task",
    "p": "a policy",
    "l": "a `for`",
    "a": "an asset",
    "e": "an `on` line",
    "b": "a block",
    "T": "a `target` block",
}
"""The places in words."""

SAMPLES: dict[str, str] = {
    "retry": "retry 3, delay: 30s",
    "timeout": "timeout 15m",
    "fallback": "fallback other_task",
    "use": "use careful",
    "pool": 'pool "warehouse", slots: 2',
    "priority": "priority 10",
    "lock": 'lock "warehouse"',
    "env": 'env { NAME: "value" }',
    "cpu": "cpu 2",
    "memory": "memory 4GiB",
    "gpu": "gpu 1",
    "labels": 'labels { team: "data" }',
    "cache": "cache 7d, key: [day]",
    "after": "after other_task",
    "when": 'when mode == "full"',
    "reads": "reads orders",
    "writes": "writes orders, mode: overwrite",
    "owner": 'owner "team"',
    "tags": 'tags ["daily"]',
    "separate": "separate true",
    "renamed": "renamed from: old_name",
    "schedule": 'schedule daily, at: 06:00, tz: "Europe/Berlin"',
    "every": "every 1h",
    "max_runs": "max_runs 1, overlap: skip",
    "deadline": "deadline 2h",
    "sla": "sla 09:00",
    "check": 'check n > 0, fail: "nothing came"',
    "limit": "limit 8",
    "tolerate": "tolerate 0.1",
    "poll": "poll 30s",
    "args": 'args ["--fast"]',
    "accept": "accept [catchup_latest]",
    "body": "body Posted",
    "partition": "partition day, start: 2024-01-01",
    "backfill": "backfill order: oldest, limit: 3",
    "freshness": "freshness 1h",
    "expand": "expand none",
}
"""Each clause as it may be written: what a message shows whose clause lacks something."""
