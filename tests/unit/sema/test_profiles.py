"""Profiles and `set`: what they may change, and which of several has the last word."""

from __future__ import annotations

import pytest

from flowc.ir.expr import Lit
from flowc.ir.triggers import Cron, Every
from tests.unit.sema.programs import Programs

FLOW = """
connection wh: sqlite { database "dev.db" }
flow f(n: int = 1, mode: "a" | "b" = "a", day: date = 2024-01-31) {
  schedule daily, at: 06:30
  retry 1, delay: 1s
  task a = sql @wh "SELECT 1" -> int pool "p"
}
set pools.p = 2
"""


def test_the_profile_of_the_command_wins_over_that_of_flow_toml(programs: Programs) -> None:
    toml = '[project]\nname = "x"\nedition = "2026"\nprofile = "one"\n'
    text = FLOW + "profile one { set f.n = 11 }\nprofile two { set f.n = 22 }\n"
    for profile, value in ((None, 11), ("two", 22)):
        compilation = programs.compile(text, profile=profile, flow_toml=toml)
        default = compilation.graphs[0].params[0].default
        assert isinstance(default, Lit) and default.value == value


@pytest.mark.parametrize(
    ("settings", "triggers"),
    [
        ("set f.schedule = off", ()),
        ("set f.schedule = weekly", (Cron("30 6 * * 1"),)),
        ("set f.schedule.at = 01:00", (Cron("0 1 * * *"),)),
        ("set f.schedule.at = 01:00\n set f.schedule = monthly", (Cron("0 1 1 * *"),)),
        ('set f.schedule.tz = "Europe/Rome"', (Cron("30 6 * * *", zone="Europe/Rome"),)),
        ("set f.every = 2h", None),
        ("set f.schedule = off\n set f.schedule = daily", (Cron("30 6 * * *"),)),
    ],
)
def test_a_clause_that_is_set(programs: Programs, settings: str, triggers: tuple[Cron | Every, ...] | None) -> None:
    graph = programs.graph(FLOW + f"profile p {{ {settings}\n }}\n", profile="p")
    if triggers is None:
        assert sorted(type(each).__name__ for each in graph.triggers) == ["Cron", "Every"]
    else:
        assert graph.triggers == triggers


def test_the_last_word_on_a_path_counts_whatever_stood_before(programs: Programs) -> None:
    text = FLOW + "profile dev { set f.schedule = off }\nprofile live extends dev { set f.schedule = daily }\n"
    assert programs.graph(text, profile="dev").triggers == ()
    assert programs.graph(text, profile="live").triggers == (Cron("30 6 * * *"),)


def test_a_set_of_the_file_is_weaker_than_that_of_a_profile(programs: Programs) -> None:
    text = FLOW + "set f.n = 5\nprofile p { set f.n = 6 }\n"
    values = [programs.graph(text, profile=profile).params[0].default for profile in (None, "p")]
    assert [value.value for value in values if isinstance(value, Lit)] == [5, 6]


def test_a_parameter_that_is_due_may_get_its_default_from_a_profile(programs: Programs) -> None:
    text = FLOW + "profile p { set f.day = 2026-01-02 }\n"
    assert programs.graph(text, profile="p").params[2].default is not None


def test_the_connection_of_a_profile_replaces_the_whole_one(programs: Programs) -> None:
    text = FLOW + 'profile p { connection wh: duckdb { database "prod.duckdb" } }\n'
    (connection,) = programs.graph(text, profile="p").connections
    assert (connection.kind, [name for name, _ in connection.settings]) == ("duckdb", ["database"])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('set f.n = "x"', 'FLOW317 "x"'),
        ('set f.mode = "c"', 'FLOW317 "c"'),
        ("set f.n = run.date.year", "FLOW316 run.date.year"),
        ("set f.nn = 1", "FLOW805 f.nn"),
        ("set f.retry.dly = 1s", "FLOW805 f.retry.dly"),
        ("set f.timeout.delay = 1s", "FLOW805 f.timeout.delay"),
        ("set f.max_runs.overlap = skip", "FLOW805 f.max_runs.overlap"),
        ("set g.n = 1", "FLOW805 g.n"),
        ("set pool.p = 1", "FLOW805 pool.p"),
        ("set pools.p = 0", "FLOW601 0"),
        ('set pools.p = "x"', 'FLOW301 "x"'),
        ("set f.schedule = dayly", "FLOW301 dayly"),
        ("set f.retry = 1m", "FLOW301 1m"),
        ("set f.fallback = a", "FLOW805 f.fallback"),
        ('connection wh: sqlite { databse "x" }', "FLOW211 databse"),
        ("connection wh: sqlite { }", "FLOW302 wh"),
        ("defaults { after a }", "FLOW212 after"),
        ("defaults { retry 1, backoff: linear }", "FLOW602 retry 1, backoff: linear"),
    ],
)
@pytest.mark.parametrize("profile", ["p", None])
def test_what_a_profile_cannot_say_is_told_whether_it_is_used_or_not(
    programs: Programs, settings: str, said: str, profile: str | None
) -> None:
    assert said in programs.said(FLOW + f"profile p {{ {settings}\n }}\n", profile=profile)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("profile p extends q { set f.n = 1 }", "FLOW201 q"),
        ("profile p extends q { set f.n = 1 }\nprofile q extends p { set f.n = 2 }", "FLOW806 p"),
        ("profile p { set f.n = 1 }\nprofile p { set f.n = 2 }", "FLOW202 p"),
        ("profile p { set f.n = 1 }\nprofile P { set f.n = 2 }", "FLOW210 P"),
    ],
)
def test_profiles_that_do_not_go_together(programs: Programs, text: str, said: str) -> None:
    assert said in programs.said(FLOW + text + "\n")


def test_an_unknown_profile_is_told_with_the_nearest(programs: Programs) -> None:
    (said,) = programs.compile(FLOW + "profile live { set f.n = 1 }\n", profile="lve").diagnostics
    assert (said.code.number, said.helps) == ("FLOW201", ("did you mean `live`?",))


def test_the_defaults_of_a_profile_are_the_weakest_and_bring_their_handlers(programs: Programs) -> None:
    text = FLOW + (
        "defaults { timeout 5m }\n"
        "profile p { defaults {\n timeout 9m\n priority 4\n retry 7\n"
        ' on failure { task page = sh "echo #{run.error}" }\n } }\n'
    )
    graph = programs.graph(text, profile="p")
    task = graph.node("a")
    assert (str(task.timeout), task.priority, task.retry.count) == ("0:05:00", 4, 1)
    assert graph.node("page").phase == "failure"
