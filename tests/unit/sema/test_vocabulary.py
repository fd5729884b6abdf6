"""Nothing is accepted and ignored: each word of the vocabulary, wherever it may stand, changes what is built.

A clause changes the graph of its flow, and so does each of its modifiers; a setting changes its connection. That no
target drops anything of a graph is the ledger's to show (`tests/unit/target`).
"""

from __future__ import annotations

import re

import pytest

from flowc.ir.graph import Connection, Graph
from flowc.sema.connections import KINDS, LATER
from flowc.sema.vocabulary import CLAUSES, SAMPLES, Spec
from tests.unit.sema.programs import Programs

# Where a sample alone would say nothing new, or needs other names.
CLAUSE = SAMPLES | {
    "fallback": "fallback spare",
    "use": "use strict",
    "after": "after first",
    "when": 'when mode == "b"',
    "reads": "reads orders",
    "writes": "writes totals",
    "pool": 'pool "wh"',
    "cache": "cache 7d",
    "schedule": "schedule daily",
    "max_runs": "max_runs 3",
    "sla": 'sla 09:00\n  on late { task tell = sh "true" }',
    "check": 'check mode == "b"',
}

TEXT = """
connection db: sqlite {{ database "x.db" }}
asset orders: table = @db "orders" {a}
asset totals: table = @db "totals"
policy strict timeout 9m
policy own {p}
template pair() {{ task one = sh "true" }}
set pools.wh = 9
defaults {{
  {F}
}}
flow main(mode: "a" | "b" = "a", day: date = 2024-01-01) {{
  {f}
  task first = sh "true"
  task spare = sh "true"
  task held = sh "true" reads orders
  task a = {kind} {t}
  task governed = sh "true" use own
  group inner {{
    {g}
    task b = sh "true"
  }}
  task used = pair() {u}
  if mode == "a" {{
    {b}
    task c = sh "true"
  }}
  for x in [1, 2] {l} {{
    task d = sh "echo #{{x}}"
  }}
  target native {{
    {T}
  }}
}}
"""
EMPTY = dict.fromkeys("aFftgublT", "") | {"p": "timeout 9m", "kind": 'sh "true"'}


def graph(programs: Programs, **parts: str) -> Graph:
    """The flow with clauses at their places; nothing wrong may be said of it, warnings aside."""
    compilation = programs.compile(TEXT.format(**(EMPTY | parts)))
    assert [str(each) for each in compilation.diagnostics if each.severity.name == "ERROR"] == []
    return compilation.graphs[0]


def places(spec: Spec) -> str:
    """A template's use counts as a group; `on` lines are for later."""
    return spec.places.replace("g", "gu").replace("e", "")


AT = [(word, place) for word, spec in CLAUSES.items() if not spec.later for place in places(spec)]


def around(word: str) -> dict[str, str]:
    """What a clause needs beside it."""
    kinds = {"poll": 'wait file("x")', "cache": "python vocabulary:work() -> int"}
    return {"kind": kinds.get(word, EMPTY["kind"])}


BEFORE = {"backfill": "schedule daily\n  "}
"""What stands before a clause that means nothing alone."""


@pytest.mark.parametrize(("word", "place"), AT)
def test_a_clause_changes_what_is_built_wherever_it_stands(programs: Programs, word: str, place: str) -> None:
    programs.write({"vocabulary.py": "def work() -> int:\n    return 1\n"})
    extra, before = around(word), BEFORE.get(word, "")
    assert graph(programs, **extra, **{place: before + CLAUSE[word]}) != graph(programs, **extra, **{place: before})


PAIRS = [
    ("retry 3, delay: 1s", "delay: 30s"),
    ("retry 3, delay: 1s", "backoff: linear"),
    ("retry 3, delay: 1s", "max: 5m"),
    ("retry 3, delay: 1s", "jitter: true"),
    ("retry 3", 'on: [503, "timeout", ValueError]'),
    ("retry 3", "never: [404]"),
    ('pool "wh"', "slots: 2"),
    ("gpu 1", 'kind: "a100"'),
    ("cache 7d", "key: [day]"),
    ("after first", "when: done"),
    ("after first", "when: failed"),
    ("writes totals", "mode: overwrite"),
    ("schedule daily", "at: 06:00"),
    ("schedule weekly", "day: friday"),
    ("schedule daily", 'tz: "Europe/Berlin"'),
    ("schedule daily, catchup: none", "start: 2024-01-01"),
    ("schedule daily", "end: 2030-01-01"),
    ("schedule daily, start: 2026-01-01", "catchup: latest"),
    ("every 1h, catchup: none", "start: 2024-01-01"),
    ("every 1h", "end: 2030-01-01"),
    ("every 1h, start: 2026-01-01", "catchup: latest"),
    ("partition day, start: 2026-02-01", 'tz: "Asia/Tokyo"'),
    ("partition day, start: 2026-02-01", "end: 2030-01-01"),
    ("partition day, start: 2026-02-01", "start: 2025-01-01"),
    ("schedule daily\n  backfill limit: 2", "order: newest"),
    ("schedule daily\n  backfill order: newest", "limit: 3"),
    ("max_runs 1", "overlap: skip"),
    ('check mode == "b"', 'fail: "no"'),
    ('check mode == "b"', 'skip: "no"'),
    ('check mode == "b"', "severity: warn"),
    ("renamed", "from: old"),
]


def modified(clause: str, modifier: str) -> str:
    """The clause with the modifier, in the place of one of that name."""
    name = modifier.partition(":")[0]
    kept = re.sub(rf",? {name}: [^,]+", "", clause)
    return f"{kept}, {modifier}" if " " in kept else f"{kept} {modifier}"


@pytest.mark.parametrize(("clause", "modifier"), PAIRS)
def test_a_modifier_changes_what_its_clause_says(programs: Programs, clause: str, modifier: str) -> None:
    programs.write({"vocabulary.py": "def work() -> int:\n    return 1\n"})
    word = clause.split(" ", maxsplit=1)[0]
    place = next(place for place in "tfb" if place in CLAUSES[word].places)
    plain = "" if word == "renamed" else clause.replace(", start: 2026-01-01", "").replace(", catchup: none", "")
    if "catchup" in modifier:
        plain = clause + ", catchup: all"
    extra = around(word)
    assert graph(programs, **extra, **{place: modified(clause, modifier)}) != graph(programs, **extra, **{place: plain})


def test_every_modifier_is_among_them() -> None:
    due = {(word, slot.name) for word, spec in CLAUSES.items() if not spec.later for slot in spec.modifiers}
    last = [(clause.rsplit("\n", 1)[-1].split()[0], modifier.partition(":")[0]) for clause, modifier in PAIRS]
    assert {*last} == due


@pytest.mark.parametrize(
    ("kind", "setting"),
    [(kind, name) for kind, settings in KINDS.items() if kind not in LATER for name in settings.types],
)
def test_a_setting_changes_its_connection(programs: Programs, kind: str, setting: str) -> None:
    def connection(*given: str) -> Connection:
        due = [name for name in KINDS[kind].due[0] if name not in given]
        lines = "\n".join(f"  {name} {VALUES.get(name, TEXT_VALUE)}" for name in (*due, *given))
        text = f"connection c: {kind} {{\n{lines}\n}}\nflow f {{ task a = python vocabulary:work(@c) }}\n"
        programs.write({"vocabulary.py": "def work(c: dict[str, object]) -> int:\n    return 1\n"})
        return programs.graph(text).connection("c")

    found = connection(setting)
    assert setting in dict(found.settings)
    if setting not in KINDS[kind].due[0]:
        assert found != connection()


TEXT_VALUE = '"x"'
VALUES = {"port": "5432", "headers": '{accept: "x"}', "tls": "false"} | dict.fromkeys(
    ("password", "token", "access_key", "secret_key"), 'secret("S")'
)
