"""Cron text: what it means, and what is said where it means nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from flowc.runtime.firings import Cron, cron_of
from flowc.sema.outside.cron import CronProblem, parse

STEP = "the minute `5/15` has a step and no end; engines read it differently"
BOTH = "`*/2` beside the day of week `mon`: engines disagree whether both must fit"
BACKWARDS = "the day of week `fri-sun` runs backwards"


def good(expression: str) -> Cron:
    cron = parse(expression)
    assert isinstance(cron, Cron), cron
    assert cron_of(expression) == cron  # how a run reads it
    return cron


def bad(expression: str) -> CronProblem:
    problem = parse(expression)
    assert isinstance(problem, CronProblem), problem
    return problem


def test_fields_names_ranges_lists_and_steps() -> None:
    cron = good("*/20,7  8-18/5 1,15 JAN-mar Mon-Fri")
    assert cron.expression == "*/20,7 8-18/5 1,15 JAN-mar Mon-Fri"
    assert cron.minutes == {0, 7, 20, 40}
    assert cron.hours == {8, 13, 18}
    assert cron.days == {1, 15}
    assert cron.months == {1, 2, 3}
    assert cron.weekdays == {1, 2, 3, 4, 5}


def test_sunday_is_0_and_7() -> None:
    assert good("0 0 * * 0").weekdays == good("0 0 * * 7").weekdays == good("0 0 * * sun").weekdays == {0}
    assert good("0 0 * * 5-7").weekdays == {0, 5, 6}
    assert good("0 0 * * *").weekdays == set(range(7))


@pytest.mark.parametrize(
    ("expression", "is_fixed", "has_both_days"),
    [
        ("0 6 * * *", True, True),
        ("*/5 6 * * *", False, True),
        ("0 */2 * * *", False, True),
        ("0 0-23 * * *", True, True),
        ("0 6 1 * mon", True, False),
        ("0 6 */2 * *", True, True),
    ],
)
def test_what_a_star_decides(expression: str, is_fixed: bool, has_both_days: bool) -> None:
    cron = good(expression)
    assert (cron.is_fixed, cron.has_both_days) == (is_fixed, has_both_days)


def test_the_last_day_of_the_month() -> None:
    assert good("0 6 L * *").is_last_day
    assert not good("0 6 28 * *").is_last_day


@pytest.mark.parametrize(
    ("expression", "field", "part", "message", "suggestion"),
    [
        ("60 * * * *", "minute", "60", "the minute is 0 to 59, not 60", None),
        ("0 24 * * *", "hour", "24", "the hour is 0 to 23, not 24", None),
        ("0 0 0 * *", "day of month", "0", "the day of month is 1 to 31, not 0", None),
        ("0 0 1 13 *", "month", "13", "the month is 1 to 12, not 13", None),
        ("0 0 * * 8", "day of week", "8", "the day of week is 0 to 7, not 8", None),
        ("0 0 * * fri-mon", "day of week", "fri-mon", "the day of week `fri-mon` runs backwards", None),
        ("0 0 * * fri-sun", "day of week", "fri-sun", BACKWARDS, "0 0 * * fri-sat,sun"),
        ("0 0 * * 5-0", "day of week", "5-0", "the day of week `5-0` runs backwards", "0 0 * * 5-7"),
        ("0 22-6 * * *", "hour", "22-6", "the hour `22-6` runs backwards", "0 22-23,0-6 * * *"),
        ("0 0 * * monday", "day of week", "monday", "`monday` is not a day of week", "0 0 * * mon"),
        ("0 0 1 jna *", "month", "jna", "`jna` is not a month", "0 0 1 jan *"),
        ("0 mon * * *", "hour", "mon", "`mon` is not a hour", None),
        ("5/15 * * * *", "minute", "5/15", STEP, "5-59/15 * * * *"),
        ("5-5/15 * * * *", "minute", "5-5/15", "the minute `5-5/15` has a step over one value", "5 * * * *"),
        ("*/0 * * * *", "minute", "*/0", "`0` is not a step of the minute: `*/0`", None),
        ("*/90 * * * *", "minute", "*/90", "a step of 90 is longer than the minute has values: `*/90`", None),
        ("*/x * * * *", "minute", "*/x", "`x` is not a step of the minute: `*/x`", None),
        ("0,,5 * * * *", "minute", "0,,5", "the minute field `0,,5` has an empty part", None),
        ("5- * * * *", "minute", "5-", "the minute `5-` lacks a number", None),
        ("0 0 ? * *", "day of month", "?", "not every engine understands `?` as a day of month", "0 0 * * *"),
        ("0 0 15W * *", "day of month", "15W", "not every engine understands `15W` as a day of month", None),
        ("0 0 * * 5L", "day of week", "5L", "not every engine understands `5L` as a day of week", None),
        ("0 0 * * 1#2", "day of week", "1#2", "not every engine understands `1#2` as a day of week", None),
        ("0 0 30 2 *", "day of month", "30", "no day ever fits: the months of `2` have 29 days at most", None),
        ("0 0 31 4,6 *", "day of month", "31", "no day ever fits: the months of `4,6` have 30 days at most", None),
        ("0 0 */2 * mon", "day of month", "*/2", BOTH, None),
        ("٣ * * * *", "minute", "٣", "not every engine understands `٣` as a minute", None),
    ],
)
def test_a_mistake_names_its_field_and_its_place(
    expression: str, field: str, part: str, message: str, suggestion: str | None
) -> None:
    problem = bad(expression)
    assert (problem.field_name, problem.text, problem.message, problem.suggestion) == (field, part, message, suggestion)
    assert expression[problem.start : problem.end] == part
    if suggestion:
        good(suggestion)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "this cron text is empty, and a cron text has five"),
        ("*", "this cron text has 1 field, and a cron text has five"),
        ("0 0 * * * *", "this cron text has six fields; seconds cannot be said"),
        ("@daily", "`@daily` is not a cron text of five fields"),
    ],
)
def test_a_wrong_number_of_fields(expression: str, message: str) -> None:
    assert bad(expression).message == message
    assert bad(expression).field_index is None


def test_nicknames_have_a_clause() -> None:
    assert bad("@daily").suggestion == "schedule daily"
    assert bad("@Dayly").suggestion == "schedule daily"
    assert bad("@reboot").suggestion is None


def test_a_leap_day_is_a_day() -> None:
    assert good("0 0 29 2 *").days == {29}
    assert good("0 0 30 2 mon").weekdays == {1}


@given(st.text(alphabet="0123456789*/-,LW#?@ monfrija", max_size=25))
def test_any_text_gives_a_meaning_or_a_problem(text: str) -> None:
    problem = parse(text)
    if isinstance(problem, CronProblem):
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.message


def parts(low: int, high: int) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high)
    ranges = st.tuples(numbers, numbers).map(sorted).map(lambda pair: f"{pair[0]}-{pair[1]}")
    stepped = st.tuples(ranges, st.integers(1, high - low)).map(lambda pair: f"{pair[0]}/{pair[1]}")
    star_steps = st.integers(1, high - low).map(lambda step: f"*/{step}")
    part = st.one_of(numbers.map(str), ranges, stepped)
    return st.one_of(st.just("*"), star_steps, st.lists(part, min_size=1, max_size=3).map(",".join))


expressions = st.tuples(parts(0, 59), parts(0, 23), parts(1, 31), parts(1, 12), parts(0, 7)).map(" ".join)


@settings(deadline=None)
@given(expressions)
def test_the_fields_mean_what_cronsim_says(expression: str) -> None:
    cron = parse(expression)
    if isinstance(cron, CronProblem):
        return
    other = CronSim(expression, datetime(2024, 1, 1, tzinfo=UTC))
    assert (cron.minutes, cron.hours, cron.days, cron.months) == (other.minutes, other.hours, other.days, other.months)
    assert cron.weekdays == {day % 7 for day in other.weekdays if isinstance(day, int)}
    assert cron.has_both_days == other.day_and
