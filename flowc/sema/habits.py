"""What other languages and tools call things, and what they are called here: for the help of a message."""

from __future__ import annotations

from collections.abc import Iterable

CLAUSES: dict[str, str] = {
    **dict.fromkeys(
        ["depends", "depends_on", "dependencies", "deps", "needs", "requires", "upstream", "wait_for", "then"],
        "after other_task",
    ),
    **dict.fromkeys(["trigger_rule", "always"], "after other_task, when: done"),
    **dict.fromkeys(["cron", "crontab", "schedule_interval", "timetable"], 'schedule "0 6 * * *"'),
    **dict.fromkeys(["interval", "frequency"], "every 1h"),
    **dict.fromkeys(["tz", "timezone"], 'schedule daily, at: 06:00, tz: "Europe/Berlin"'),
    **dict.fromkeys(["start_date", "start"], "schedule daily, start: 2024-01-01, catchup: none"),
    **dict.fromkeys(["retry_delay", "backoff"], "retry 3, delay: 30s"),
    **dict.fromkeys(["execution_timeout", "max_time"], "timeout 15m"),
    **dict.fromkeys(["condition", "only_if", "skip_if", "unless"], 'when mode == "full"'),
    **dict.fromkeys(["assert", "expect", "ensure", "validate"], 'check n > 0, fail: "nothing came"'),
    **dict.fromkeys(["concurrency", "max_active_runs"], "max_runs 1"),
    **dict.fromkeys(["parallelism", "max_parallel", "batch"], "limit 8"),
    **dict.fromkeys(["environment", "vars", "variables"], 'env { NAME: "value" }'),
    **dict.fromkeys(["mem", "ram"], "memory 4GiB"),
    **dict.fromkeys(["queue", "weight"], "priority 10"),
    **dict.fromkeys(["mutex", "semaphore"], 'lock "name"'),
    **dict.fromkeys(["inputs", "consumes", "inlets"], "reads orders"),
    **dict.fromkeys(["outputs", "produces", "outlets"], "writes orders, mode: overwrite"),
    **dict.fromkeys(["label", "labels"], 'tags ["daily"]'),
    **dict.fromkeys(["email", "on_failure_callback"], "on failure { task tell = notify ... }"),
    **dict.fromkeys(["description", "doc"], "## the text, on the line before"),
}
"""A clause's word elsewhere, and source that says it here."""

VALUES: dict[str, str] = {
    "True": "true", "False": "false", "yes": "true", "no": "false",
    "None": "null", "nil": "null", "undefined": "null", "NULL": "null",
    "ds": "run.date", "execution_date": "run.at", "logical_date": "run.at", "run_id": "run.id",
}  # fmt: skip
"""Words for a value."""

FUNCTIONS: dict[str, str] = {
    "range": "the numbers from 1 to n are `1..n`",
    "print": 'a task prints: `task tell = sh "echo #{...}"`',
    "format": 'values stand in text as holes: `"#{n} rows"`',
    "getenv": '`env("NAME", "default")`, in `env { ... }` or a connection',
    "enumerate": "a loop gives the index too: `for i, x in xs`",
    "zip": "walk one list, and take the other's by index: `ys[i]`",
    "map": "`[f(x) for x in xs]`",
    "filter": "`[x for x in xs if ...]`",
    "bool": 'compare: `x != 0`, `x != ""`',
    "any": "`len([x for x in xs if ...]) > 0`",
    "all": "`len([x for x in xs if not ...]) == 0`",
    "isnull": "`x == null`",
    "ifnull": "`x ?? other`",
    "coalesce": "`x ?? other`",
    "concat": "`a + b`",
}
"""Functions that there are none of, and how it is said."""

_MEMBERS: dict[str, str] = {
    **dict.fromkeys(["length", "len", "size", "count", "len()"], "len({0})"),
    **dict.fromkeys(["tostring", "to_string", "str"], "str({0})"),
    **dict.fromkeys(["isoformat", "to_iso"], "str({0})"),
    **dict.fromkeys(["strftime"], '{0}.format("%Y-%m-%d")'),
    **dict.fromkeys(["contains", "includes", "has"], "x in {0}"),
    **dict.fromkeys(["get"], '{0}["key"]'),
    **dict.fromkeys(["sum", "min", "max"], "sum({0})"),
    **dict.fromkeys(["append", "push", "extend"], "{0} + [x]"),
    **dict.fromkeys(["map"], "[f(x) for x in {0}]"),
    **dict.fromkeys(["filter"], "[x for x in {0} if ...]"),
}


def member(name: str, owner: str, known: Iterable[str]) -> str | None:
    """How an attribute or a method of other languages is said; `known` are those that there are."""
    said = _MEMBERS.get(name.lower())
    if said is not None:
        return f"write `{said.format(owner)}`"
    part = next((each for each in known if len(each) > 3 and each in name.lower()), None)
    return f"did you mean `{part}`?" if part else None
