"""What clauses take: their values, words, modifiers, and how late a value may be known (vocabulary, section 1)."""

from __future__ import annotations

import pytest

from tests.unit.sema.programs import Programs


def flow(clause: str = "", *, task: str = "", loop: str = "") -> str:
    """A flow with a clause of its own, one on a task, one on a loop."""
    return f"""
set pools.p = 2
asset held
flow f(n: int = 1, wait_: duration = 1s) {{
  {clause}
  task first = sh "echo 1" -> int
  task a = sh "true" {{
    {task}
  }}
  for x in [1] {loop} {{ task each = sh "echo #{{x}}" }}
}}
"""


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        # values of a wrong type, without a unit, out of range
        ("retry 1.5", "FLOW301 1.5"),
        ('timeout "1m"', 'FLOW301 "1m"'),
        ("timeout 30", "FLOW306 30"),
        ("retry 3, delay: 30", "FLOW306 30"),
        ("memory 4", "FLOW306 4"),
        ("deadline 20", "FLOW306 20"),
        ("every 5", "FLOW306 5"),
        ("sla 5", "FLOW306 5"),
        ('cpu "2"', 'FLOW301 "2"'),
        ("tags [1]", "FLOW301 1"),
        ("owner 1", "FLOW301 1"),
        ('env "A"', 'FLOW301 "A"'),
        ("retry -1", "FLOW601 -1"),
        ("retry 1, delay: -1s", "FLOW601 -1s"),
        ("retry 1, delay: 1s, max: 0s", "FLOW601 0s"),
        ("timeout 0s", "FLOW601 0s"),
        ("cpu 0", "FLOW601 0"),
        ("memory 0B", "FLOW601 0B"),
        ("gpu 0", "FLOW601 0"),
        ("max_runs 0", "FLOW601 0"),
        ("every 0s", "FLOW601 0s"),
        ("deadline -1s", "FLOW601 -1s"),
        ('pool "p", slots: 0', "FLOW601 0"),
        ("retry 1, on: [1s]", "FLOW301 1s"),
        # words
        ("retry 1, delay: 1s, backoff: exponental", "FLOW301 exponental"),
        ("max_runs 1, overlap: drop", "FLOW301 drop"),
        ("schedule dayly", "FLOW301 dayly"),
        ("check n > 0, severity: loud", "FLOW301 loud"),
        # what is missing
        ("retry", "FLOW302 retry"),
        ("timeout", "FLOW302 timeout"),
        ("pool", "FLOW302 pool"),
        ("use", "FLOW302 use"),
        ("schedule", "FLOW302 schedule"),
        ("env", "FLOW302 env"),
        ("renamed", "FLOW302 renamed"),
        # what is too much, elsewhere, or twice
        ("retry 1, 2", "FLOW303 2"),
        ("timeout 1m, hard: true", "FLOW303 hard"),
        ("timeout 1m, delay: 1s", "FLOW213 delay"),
        ("delay 1s", "FLOW213 delay"),
        ("retires 3", "FLOW211 retires"),
        ("retry 1, delay: 1s, delay: 2s", "FLOW214 delay: 2s"),
        ("retry 1\n  retry 2", "FLOW214 retry 2"),
        # names
        ("use nothing", "FLOW608 nothing"),
        ('pool "q"', 'FLOW604 "q"'),
        # how late
        ("retry n", "FLOW316 n"),
        ("timeout wait_", "FLOW316 wait_"),
        ('pool "p#{n}"', 'FLOW316 "p#{n}"'),
        ('schedule "#{n} * * * *"', 'FLOW316 "#{n} * * * *"'),
        ("when first > 0", "FLOW316 first > 0"),
        ("env { A: first }", "FLOW316 first"),
        ("tags [run.flow]", "FLOW316 [run.flow]"),
        ("env { A: 1, A: 2 }", "FLOW214 A"),
        ('env { "a b": 1 }', 'FLOW301 "a b"'),
    ],
)
def test_what_a_flow_cannot_say(programs: Programs, clause: str, said: str) -> None:
    assert said in programs.said(flow(clause))


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("lock 1", "FLOW301 1"),
        ("lock first", "FLOW301 first"),
        ("cache 0", "FLOW306 0"),
        ("cache for_ever", "FLOW301 for_ever"),
        ("after", "FLOW302 after"),
        ("after nothing", "FLOW201 nothing"),
        ("after first, when: ended", "FLOW301 ended"),
        ("after n", "FLOW301 n"),
        ("after a", "FLOW402 after a"),
        ("when first", "FLOW305 first"),
        ("when n", "FLOW305 n"),
        ("fallback nothing", "FLOW201 nothing"),
        ("fallback first, a", "FLOW303 a"),
        ("reads nothing", "FLOW703 nothing"),
        ("reads", "FLOW302 reads"),
        ("writes held, mode: replace", "FLOW301 replace"),
        ("renamed to: b", "FLOW303 to"),
        ("limit 1", "FLOW212 limit"),
        ("poll 1s", "FLOW212 poll 1s"),
        ("args []", "FLOW212 args []"),
        ("expand none", "FLOW212 expand none"),
        ("env { A: nothing }", "FLOW201 nothing"),
    ],
)
def test_what_a_task_cannot_say(programs: Programs, clause: str, said: str) -> None:
    assert said in programs.said(flow(task=clause))


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("limit 0", "FLOW601 0"),
        ("limit n", "FLOW316 n"),
        ("tolerate -1", "FLOW601 -1"),
        ("tolerate 1.5", "FLOW313 tolerate 1.5"),
        ("tolerate n", "FLOW316 n"),
    ],
)
def test_what_a_loop_cannot_say(programs: Programs, clause: str, said: str) -> None:
    assert said in programs.said(flow(loop=clause))


@pytest.mark.parametrize(
    "clause",
    [
        "retry 0",
        "retry 1, delay: 0s",
        "priority -3",
        "timeout 500ms",
        "when run.date.weekday < 6",
        "env { A: n, B: run.id }",
        "sla 05:00",
        "retry 2 * 2",
        'schedule "daily"',
        'schedule daily, catchup: "none"',
        "every 1h\n  every 2h",
        "schedule daily\n  schedule weekly",
    ],
)
def test_what_a_flow_can_say(programs: Programs, clause: str) -> None:
    late = '\n  on late { task hurry = sh "true" }' if clause.startswith("sla") else ""
    assert programs.said(flow(clause + late)) == []


def test_a_word_of_the_list_wins_over_a_variable_and_else_a_value_counts(programs: Programs) -> None:
    text = """
let constant = "linear"
let grows = "exponential"
flow f {
  task a = sh "true" retry 1, delay: 1s, backoff: constant
  task b = sh "true" retry 1, delay: 1s, backoff: grows
}
"""
    graph = programs.graph(text)
    assert [graph.node(name).retry.backoff for name in "ab"] == ["constant", "exponential"]


def test_a_check_cannot_both_fail_and_skip(programs: Programs) -> None:
    both = flow('check n > 0, fail: "a", skip: "b"')
    assert 'FLOW303 check n > 0, fail: "a", skip: "b"' in programs.said(both)
    loud = flow('check n > 0, skip: "b", severity: error')
    assert 'FLOW303 check n > 0, skip: "b", severity: error' in programs.said(loud)


def test_two_checks_of_one_condition_are_one_name_twice(programs: Programs) -> None:
    assert "FLOW202 check n > 0" in programs.said(flow("check n > 0\n  check n > 0"))
