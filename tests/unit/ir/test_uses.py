"""Every feature is found in a flow that uses it, and in no flow that does not."""

from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve

from flowc.ir.actions import (
    Arg,
    Email,
    Fail,
    Http,
    Python,
    RunFlow,
    Sql,
    Unbuilt,
    WaitApproval,
    WaitAsset,
    WaitFile,
    WaitTime,
    WaitUntil,
)
from flowc.ir.expr import Call, Connection, Lit, Output, Run, Secret, Text
from flowc.ir.features import SECTIONS, Feature, Use
from flowc.ir.graph import (
    AnyFailed,
    AnyOf,
    Asset,
    Awaits,
    Cache,
    Graph,
    Group,
    InArm,
    InLoop,
    Override,
    Parameter,
    PoolUse,
    Requires,
    Resources,
    Retry,
    Upstream,
    Write,
)
from flowc.ir.graph import Connection as Server
from flowc.ir.triggers import Backfill, Both, Cron, Either, Every, Keys, On, OnAsset, OnFile, OnFlow, OnWebhook, Windows
from flowc.ir.types import (
    BOOL,
    BYTES,
    CONNECTION,
    DATE,
    DATETIME,
    DURATION,
    INT,
    PATH,
    SECRET,
    STR,
    TIME,
    Decimal,
    Field,
    ListOf,
    Optional,
    Record,
    Table,
)
from flowc.ir.uses import uses_of
from tests.graphs import FLAG, HERE, accepting, check, decision, flow, loop, shell, task

ONE = Lit(1, INT)
SECOND = timedelta(seconds=1)
THEN = (InArm("if_1", 0),)
EACH = (InLoop("for_1"),)
CRON = Cron("0 6 * * *")


def python(*exprs: Any) -> Python:
    return Python("m", "f", tuple(Arg(None, expr) for expr in exprs))


def sql(kind: str, *, waits: bool = False) -> Graph:
    asked = Sql("c", Text(()))
    return flow(
        task("a", action=WaitUntil(asked) if waits else asked), connections=(Server("c", kind, (), origin=HERE),)
    )


def alone(**more: Any) -> Graph:
    return flow(task("a", **more))


def after(*needs: Any) -> Graph:
    return flow(task("a", output=INT), task("b", needs=needs))


def gives(kind: Any) -> Graph:
    return alone(output=kind)


def timed(**more: Any) -> Graph:
    return flow(triggers=(evolve(CRON, **more),))


GUARDED = Requires(Upstream("a", checks=("check x",)))

USERS: dict[Feature, Graph] = {
    Feature.python: alone(),
    Feature.shell: flow(shell("a", "true")),
    Feature.sql_sqlite: sql("sqlite"),
    Feature.sql_duckdb: sql("duckdb"),
    Feature.sql_postgres: sql("postgres"),
    Feature.sql_snowflake: sql("snowflake"),
    Feature.http: alone(action=Http("GET", Text(("http://x",)))),
    Feature.wait_file: alone(action=WaitFile(Lit("x", PATH))),
    Feature.wait_asset: alone(action=WaitAsset("orders")),
    Feature.wait_approval: alone(action=WaitApproval(Lit("Go?", STR))),
    Feature.wait_time: alone(action=WaitTime(Lit(SECOND, DURATION))),
    Feature.wait_sql: sql("sqlite", waits=True),
    Feature.wait_http: alone(action=WaitUntil(Http("GET", Text(("http://x",))))),
    Feature.email: alone(action=Email("smtp", Lit("a", STR), Lit("b", STR), Lit("c", STR))),
    Feature.subflow: alone(action=RunFlow("g")),
    Feature.split: alone(action=RunFlow("g", is_part=True)),
    Feature.fail_arm: alone(action=Fail(Lit("x", STR))),
    Feature.connection_value: alone(action=python(Connection("c", CONNECTION))),
    Feature.requires: flow(task("a"), task("b", "a")),
    Feature.skip: flow(task("a", scope=THEN), decisions=(decision(),)),
    Feature.skip_and_fail: flow(task("x"), task("a", "x", scope=THEN), decisions=(decision(),)),
    Feature.coalesce: after(*accepting("a")),
    Feature.join: after(AnyOf((Upstream("a"),))),
    Feature.when_done: after(Awaits(Upstream("a"))),
    Feature.when_failed: after(AnyFailed((Upstream("a"),))),
    Feature.group: flow(task("g.a"), groups=(Group("g", ("g.a",), ()),)),
    Feature.after_group: flow(
        task("g.a"), task("b", needs=(Requires(Upstream("g", is_group=True)),)), groups=(Group("g", ("g.a",), ()),)
    ),
    Feature.lenient_end: after(Awaits(Upstream("a"))),
    Feature.check_fail: flow(check("check x")),
    Feature.check_skip: flow(check("check x", verdict="skip")),
    Feature.check_warn: flow(check("check x", verdict="warn")),
    Feature.check_guard: flow(task("a"), check("check x", "a"), task("b", needs=(GUARDED,))),
    Feature.branch: flow(task("a", scope=THEN), task("b"), decisions=(decision(),)),
    Feature.match: flow(decisions=(evolve(decision(), subject=ONE, arms=((ONE,), ())),)),
    Feature.branch_nested: flow(decisions=(decision("if_0"), decision("if_1", scope=(InArm("if_0", 0),)))),
    Feature.branch_in_loop: flow(decisions=(decision(scope=EACH),), loops=(loop(),)),
    Feature.flow_when: flow(task("a", scope=THEN), decisions=(decision(),)),
    Feature.retry: alone(retry=Retry(1)),
    Feature.retry_linear: alone(retry=Retry(2, SECOND, "linear")),
    Feature.retry_exponential: alone(retry=Retry(2, SECOND, "exponential")),
    Feature.retry_cap: alone(retry=Retry(1, SECOND, max=SECOND)),
    Feature.retry_jitter: alone(retry=Retry(1, SECOND, jitter=True)),
    Feature.retry_on: alone(retry=Retry(1, never=("KeyError",))),
    Feature.timeout: alone(timeout=SECOND),
    Feature.fallback: flow(task("a", fallback="b"), task("b", fallback_of="a")),
    Feature.fallback_chain: flow(
        task("a", fallback="b"), task("b", fallback_of="a", fallback="c"), task("c", fallback_of="b")
    ),
    Feature.map: flow(loops=(loop(),)),
    Feature.map_static: flow(loops=(loop(is_static=True),)),
    Feature.map_nested: flow(loops=(loop(), loop("for_2", scope=EACH))),
    Feature.map_keys: flow(loops=(evolve(loop(), keys="i"),)),
    Feature.map_in_branch: flow(loops=(loop(scope=THEN),), decisions=(decision(),)),
    Feature.gather: flow(
        task("a", output=INT, scope=EACH),
        task("b", "a", action=python(Output("a", None, 1, ListOf(INT)))),
        loops=(loop(),),
    ),
    Feature.gather_skipped: flow(
        task("a", output=INT, scope=(*EACH, *THEN)),
        task("b", "a", action=python(Output("a", None, 1, ListOf(Optional(INT))))),
        loops=(loop(),),
        decisions=(decision(scope=EACH),),
    ),
    Feature.tolerate: flow(loops=(loop(tolerate=0.1),)),
    Feature.limit: flow(loops=(loop(limit=2),)),
    Feature.handler_failure: alone(phase="failure"),
    Feature.handler_success: alone(phase="success"),
    Feature.handler_late: alone(phase="late"),
    Feature.handler_finally: alone(phase="finally"),
    Feature.handler_error: alone(phase="failure", action=python(Run("error", STR))),
    Feature.deadline: flow(deadline=SECOND),
    Feature.sla: flow(sla="05:00"),
    Feature.params: flow(params=(Parameter("n", INT),)),
    Feature.param_range: flow(params=(Parameter("n", INT, high=ONE),)),
    Feature.flow_output: flow(returns=ONE),
    Feature.several_outputs: alone(several=True, output=Record((Field("a", INT),))),
    Feature.value_json: gives(ListOf(INT)),
    Feature.value_date: gives(Optional(DATE)),
    Feature.value_time: gives(ListOf(TIME)),
    Feature.value_datetime: gives(DATETIME),
    Feature.value_duration: gives(DURATION),
    Feature.value_decimal: gives(Decimal(10, 2)),
    Feature.value_bytes: gives(Record((Field("a", BYTES),))),
    Feature.value_path: gives(PATH),
    Feature.value_table: gives(Table()),
    Feature.env: alone(env=(("A", ONE),)),
    Feature.secrets: alone(env=(("A", Secret("S", SECRET)),)),
    Feature.schedule_cron: timed(),
    Feature.schedule_every: flow(triggers=(Every(SECOND),)),
    Feature.schedule_several: flow(triggers=(CRON, Every(SECOND))),
    Feature.schedule_start: timed(start=date(2024, 1, 1)),
    Feature.schedule_end: timed(end=date(2024, 1, 1)),
    Feature.catchup_none: timed(),
    Feature.catchup_latest: timed(catchup="latest"),
    Feature.catchup_all: timed(catchup="all"),
    Feature.max_runs: flow(max_runs=1),
    Feature.overlap_queue: flow(max_runs=1),
    Feature.overlap_skip: flow(max_runs=1, overlap="skip"),
    Feature.overlap_cancel_old: flow(max_runs=1, overlap="cancel_old"),
    Feature.pool: alone(pool=PoolUse("p")),
    Feature.lock: alone(lock=Lit("x", STR)),
    Feature.priority: alone(priority=-1),
    Feature.cpu: alone(resources=Resources(cpu=0.5)),
    Feature.memory: alone(resources=Resources(memory=1)),
    Feature.gpu: alone(resources=Resources(gpu=1)),
    Feature.labels: alone(resources=Resources(labels=(("team", "data"),))),
    Feature.cache: alone(cache=Cache(None)),
    Feature.assets: alone(writes=(Write("t"),)),
    Feature.owner: flow(owner="team"),
    Feature.tags: alone(tags=("x",)),
    Feature.renamed: alone(renamed_from="old"),
    Feature.docs: alone(doc="Says."),
    Feature.target_words: alone(overrides=(Override("airflow", "queue", ONE),)),
    Feature.partition: flow(partition=Windows("day")),
    Feature.partition_names: flow(partition=Keys(("eu",))),
    Feature.backfill: flow(backfill=Backfill("newest")),
    Feature.on_asset: flow(triggers=(On(OnAsset("orders")),)),
    Feature.on_file: flow(triggers=(On(Either((OnAsset("orders"), OnFile("in/*")))),)),
    Feature.on_webhook: flow(triggers=(On(OnWebhook("/in")),)),
    Feature.on_flow: flow(triggers=(On(OnFlow("other")),)),
    Feature.on_several: flow(triggers=(On(Both((OnAsset("orders"), OnAsset("sales")))),)),
    Feature.freshness: flow(assets=(Asset("orders", STR, None, None, freshness=timedelta(hours=1)),)),
    Feature.later_container: alone(action=Unbuilt("container")),
    Feature.later_dbt: alone(action=Unbuilt("dbt build")),
    Feature.later_spark: alone(action=Unbuilt("spark submit")),
    Feature.later_other: alone(action=python(Call("rows", (ONE,), INT))),
}


@pytest.mark.parametrize("feature", [each for each in Feature if each.section != "reruns"])
def test_a_feature_is_found_where_it_is_used(feature: Feature) -> None:
    assert feature in {use.feature for use in uses_of(USERS[feature])}


@pytest.mark.parametrize(
    ("graph", "features"),
    [
        (flow(), set()),
        (alone(), {"python"}),
        (flow(task("a"), task("b", "a")), {"python", "requires"}),
        (alone(retry=Retry(0, SECOND, "exponential", SECOND, True)), {"python"}),
        (alone(retry=Retry(1, SECOND, "exponential")), {"python", "retry"}),
        (alone(overrides=(Override("airflow", "accept", Lit("pool", STR)),)), {"python"}),
        (flow(triggers=(CRON,)), {"schedule_cron", "catchup_none"}),
        (flow(task("a"), task("h", phase="finally", needs=(Awaits(Upstream("a")),))), {"python", "handler_finally"}),
        (
            flow(task("a", scope=THEN), task("b"), decisions=(decision(condition=FLAG),)),
            {"python", "branch", "skip"},
        ),
    ],
)
def test_nothing_else_is_found(graph: Graph, features: set[str]) -> None:
    assert {use.feature.name for use in uses_of(graph)} == features


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (flow(task("a"), task("b", "a")), []),
        (flow(task("a"), task("b", needs=(Awaits(Upstream("a")),))), ["a"]),
        (flow(task("a"), task("b", needs=(Awaits(Upstream("a")),)), task("c", "a")), []),
        (flow(task("a"), task("b", "a"), task("c", needs=(AnyFailed((Upstream("b"),)),))), ["a", "b"]),
        (flow(task("a"), task("b", "a", needs=(Awaits(Upstream("a")),))), []),
        (flow(task("g.a"), groups=(Group("g", ("g.a",), ()),)), []),
        (flow(task("a"), task("b", scope=THEN), decisions=(decision("if_1", "a"),)), []),
    ],
)
def test_whose_failure_reaches_no_leaf(graph: Graph, expected: list[str]) -> None:
    assert [use.node for use in uses_of(graph) if use.feature is Feature.lenient_end] == expected


def test_a_use_is_told_once_for_each_node() -> None:
    graph = flow(task("a", output=ListOf(INT)), task("b", output=BOOL), owner="team")
    assert uses_of(graph) == (
        Use(Feature.owner, None),
        Use(Feature.python, "a"),
        Use(Feature.value_json, "a"),
        Use(Feature.python, "b"),
        Use(Feature.value_json, "b"),
    )


def test_features_have_names_and_sentences() -> None:
    assert len({feature.sentence for feature in Feature}) == len(Feature)
    assert {feature.section for feature in Feature} == set(SECTIONS)
    assert all(feature.name == feature.name.lower() and not feature.sentence.endswith(".") for feature in Feature)


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (alone(unbuilt=("expand",)), (Feature.later_dbt, "a", "expand")),
        (alone(unbuilt=("oops",)), (Feature.later_other, "a", "oops")),
        (alone(retry=Retry(1, on=("oom",))), (Feature.later_other, "a", '"oom"')),
    ],
)
def test_what_is_built_later_is_told_by_the_user_s_word(
    graph: Graph, expected: tuple[Feature, str | None, str]
) -> None:
    found = [(use.feature, use.node, use.word) for use in uses_of(graph) if use.feature.section == "later"]
    assert found == [expected]
