"""Where each clause of the vocabulary may stand: the table of its first section, row by row.

Places: `F` defaults, `f` flow, `g` group, `u` a template's use, `t` task, `p` policy, `l` `for`, `a` asset, `e` an `on`
line, `b` the block of an `if`, a template or a handler.
"""

from __future__ import annotations

import pytest

from flowc.sema.vocabulary import CLAUSES
from tests.unit.sema.programs import Programs

# A clause as it may be written in every place, and the places that the vocabulary gives it.
ROWS = {
    "retry 1": "Ffgutp",
    "timeout 1m": "Ffgutp",
    "fallback spare": "t",
    "use careful": "fgut",
    'pool "p"': "Ffgutp",
    "priority 1": "Ffgutp",
    'lock "l"': "tp",
    'env { A: "1" }': "Ffgutp",
    "cpu 1": "Ffgutp",
    "memory 1GiB": "Ffgutp",
    "gpu 1": "Ffgutp",
    'labels { a: "b" }': "Ffgutp",
    "cache forever": "tp",
    "after first": "gut",
    "when true": "fgut",
    "reads held": "t",
    "writes held, mode: append": "t",
    'owner "o"': "Ffta",
    'tags ["x"]': "Ffta",
    "separate true": "gu",
    "renamed from: old": "fguta",
    "schedule daily": "f",
    "every 1h": "f",
    "max_runs 1": "f",
    "deadline 1h": "f",
    "sla 1h": "f",
    "check true": "fgub",
    "limit 1": "l",
    "tolerate 1": "l",
    "poll 1m": "te",
    'args ["x"]': "t",
    "body Row": "e",
    "partition day, start: 2026-01-01": "fa",
    "backfill limit: 1": "f",
    "freshness 1h": "a",
    "expand none": "t",
}
PLACES = {
    "F": "defaults { CLAUSE\n}",
    "f": 'flow here {\n CLAUSE\n task only = sh "true"\n}',
    "g": 'flow here {\n task first = sh "true"\n group g { CLAUSE\n task only = sh "true"\n }\n}',
    "u": 'flow here {\n task first = sh "true"\n task only = shape() { CLAUSE\n }\n}',
    "t": 'flow here {\n task first = sh "true"\n task spare = sh "true"\n task only = KIND { CLAUSE\n }\n}',
    "p": "policy here { CLAUSE\n}",
    "l": 'flow here {\n for x in [1] CLAUSE { task only = sh "echo #{x}" }\n}',
    "a": "asset here { CLAUSE\n}",
    "e": 'flow here {\n on EVENT "/x" CLAUSE\n task only = sh "true"\n}',
    "b": 'flow here(c: bool = true) {\n if c { CLAUSE\n task only = sh "true"\n }\n}',
}
# Words that are for one kind of task or of event.
KINDS = {"poll": 'wait file("x")', "args": 'container "x"', "expand": "dbt build()"}
AROUND = """
set pools.p = 1
policy careful retry 1
schema Row { x: int }
asset held
template shape() = sh "true"
flow other { task only = sh "true" }
"""


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("clause", ROWS)
def test_a_clause_stands_in_its_places_and_in_no_other(programs: Programs, clause: str, place: str) -> None:
    word = clause.split()[0]
    text = PLACES[place].replace("CLAUSE", clause).replace("KIND", KINDS.get(word, 'sh "true"'))
    said = programs.said(AROUND + text.replace("EVENT", "webhook" if word == "body" else "file"))
    refused = [each for each in said if each.startswith("FLOW212 ")]
    assert bool(refused) == (place not in ROWS[clause]), said
    assert [
        each for each in said if not each.startswith(("FLOW212 ", "FLOW506 ", "FLOW603 ", "FLOW702 ", "FLOW711 "))
    ] == []


def test_every_clause_has_a_row() -> None:
    assert {row.split()[0] for row in ROWS} | {"accept"} == set(CLAUSES)


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("template t() { retry 1\n task only = sh \"true\" }", "FLOW212 retry"),
        ("flow f { on failure { retry 1\n task only = sh \"true\" }\n task a = sh \"true\" }", "FLOW212 retry"),
        ("flow f { finally { schedule daily\n task only = sh \"true\" }\n task a = sh \"true\" }", "FLOW212 schedule"),
        ("flow f(n: int = 1) { match n { 1 => { retry 1\n task a = sh \"true\" }\n _ => skip }\n }", "FLOW212 retry"),
        ("flow f { task a = sh \"true\" { task b = sh \"true\" } }", "FLOW212 task b = sh \"true\""),
        ("flow f { task a = sh \"true\"\n return 1\n defaults { retry 1 }\n }", "FLOW212 defaults { retry 1 }"),
        ("policy p { set a.b = 1 }", "FLOW212 set a.b = 1"),
        ("profile p { task a = sh \"true\" }", "FLOW212 task a = sh \"true\""),
        ("defaults { task a = sh \"true\" }", "FLOW212 task a = sh \"true\""),
        ("asset a { task b = sh \"true\" }", "FLOW212 task b = sh \"true\""),
        ("connection c: sqlite { database \"x\"\n task a = sh \"true\" }", "FLOW212 task a = sh \"true\""),
    ],
)  # fmt: skip
def test_what_stands_in_a_wrong_block_is_told(programs: Programs, block: str, said: str) -> None:
    assert said in programs.said(block + "\n")
