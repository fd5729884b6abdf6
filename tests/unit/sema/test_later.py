"""Rows marked B of the vocabulary: read and checked like all others, and refused where something is built of them."""

from __future__ import annotations

import pytest

from flowc.diagnostics import Problems
from flowc.target.legalise import legalise
from flowc.target.registry import targets
from tests.unit.sema.programs import Programs, told

AROUND = """
connection cluster: spark { master "local" }
connection wh: sqlite { database "wh.db" }
schema Posted { path: path, n: int }
asset orders: table = @wh "orders"
asset daily: table = @wh "daily" partition day, start: 2026-01-01
schema From { n: int source orders.n }
flow other { task only = sh "true" writes orders, daily }
"""


def flow(clauses: str = "", task: str = 'sh "true"') -> str:
    return AROUND + f"flow main {{\n  {clauses}\n  task a = {task}\n}}\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (flow("", 'container "python:3" args ["x"]'), ["container", "args"]),
        (flow("", "dbt build() expand none"), ["dbt", "expand"]),
        (flow("", "sqlmesh run()"), ["sqlmesh"]),
        (flow("", "dataform run()"), ["dataform"]),
        (flow("", 'spark submit("x.py")'), ["spark"]),
        (flow("", 'sh "true" retry 1, on: ["oom"]'), ["oom"]),
        (flow("", 'sh "true" retry 1, never: ["preempted"]'), ["preempted"]),
        (flow("check rows(orders) > 0"), ["rows"]),
        (flow('check unique(orders, by: ["id"])'), ["unique"]),
        (flow("", 'sh "true" -> list[From]'), ["source"]),
    ],
)
def test_a_word_of_later_is_refused_by_every_target(programs: Programs, text: str, words: list[str]) -> None:
    compilation = programs.compile(text)
    assert [told(each) for each in compilation.diagnostics if each.severity.name == "ERROR"] == []
    assert compilation.program is not None
    for target in targets().values():
        problems = Problems()
        legalise(target, compilation.program, problems)
        said = [each.message for each in problems.sorted() if each.code.number == "FLOW901"]
        for word in words:
            assert any(word in message.split(":")[0] for message in said), said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (flow("on asset nothing"), "FLOW703 nothing"),
        (flow("on asset main"), "FLOW703 main"),
        (flow("on flow nothing"), "FLOW201 nothing"),
        (flow("on flow other(when: late)"), "FLOW301 late"),
        (flow("on flow other(then: failed)"), "FLOW303 then: failed"),
        (flow('on mail "x"'), "FLOW105 mail"),
        (flow('on asset "x"'), 'FLOW301 "x"'),
        (flow("on file orders"), "FLOW301 orders"),
        (flow('on file "x/#{run.id}"'), 'FLOW316 "x/#{run.id}"'),
        (flow('on webhook "/in" body Nothing'), "FLOW307 Nothing"),
        (flow('on file "in/*" body Posted'), "FLOW212 body Posted"),
        (flow('on webhook "/in" poll 5s'), "FLOW212 poll 5s"),
        (flow('on file "in/*" poll 0s'), "FLOW601 0s"),
        (flow('on file "in/*"').replace("flow main", "flow main(n: int)"), "FLOW302 n"),
        (flow("partition fortnight, start: 2026-01-01"), "FLOW301 fortnight"),
        (flow("partition day"), "FLOW507 partition day"),
        (flow("backfill order: random"), "FLOW301 random"),
        (flow("backfill limit: 0"), "FLOW601 0"),
        (flow("", "dbt build() expand all"), "FLOW301 all"),
        (flow("", 'container "python:3" args [nothing]'), "FLOW201 nothing"),
        (flow("", 'sh "echo #{run.partition}"'), "FLOW212 run.partition"),
        (flow("", 'sh "echo #{run.event}"'), "FLOW212 run.event"),
        (AROUND + "asset x freshness 0s\n", "FLOW601 0s"),
        (AROUND + "asset x partition year\n", "FLOW301 year"),
    ],
)
def test_a_word_of_later_is_checked_already(programs: Programs, text: str, said: str) -> None:
    assert said in programs.said(text)


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        ('on file "in/*"', "run.event.path.stem run.event.etag run.event.size.bytes"),
        ("on asset orders", "run.event.name"),
        ("on asset daily", "run.event.partition.year"),
        ("on flow other", "run.event.outcome.upper()"),
        ('on webhook "/in" body Posted', "run.event.n+1 run.event.path.name"),
        ('on webhook "/in"', "run.event.anything"),
        ('on webhook "/in" body Posted\n  on file "in/*"', "run.event.path.stem run.event.n??0"),
        ("partition day, start: 2026-01-01", "run.partition.year"),
        ("partition hour, start: 2026-01-01", "run.partition.hour"),
    ],
)
def test_what_started_a_run_has_a_type(programs: Programs, lines: str, read: str) -> None:
    holes = " ".join(f"#{{{each}}}" for each in read.split())
    assert programs.said(flow(lines, f'sh "echo {holes}"')) == []


@pytest.mark.parametrize(
    ("lines", "read", "said"),
    [
        ('on file "in/*"', "run.event.name", "FLOW204 name"),
        ('on webhook "/in" body Posted\n  on file "in/*"', "run.event.n + 1", "FLOW309 run.event.n"),
        ("on asset orders", "run.event.partition.year", "FLOW309 run.event.partition"),
        ("partition day, start: 2026-01-01", "run.partition.hour", "FLOW204 hour"),
    ],
)
def test_what_one_trigger_lacks_may_be_missing(programs: Programs, lines: str, read: str, said: str) -> None:
    assert said in programs.said(flow(lines, f'sh "echo #{{{read}}}"'))
