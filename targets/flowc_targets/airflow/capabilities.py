"""What Airflow can say, feature by feature: by itself, with bookkeeping on top, or not; and the uses that differ."""

from __future__ import annotations

from collections.abc import Mapping

from flowc.ir.expr import Lit
from flowc.ir.features import Feature
from flowc.ir.graph import Graph, Node
from flowc.ir.partitions import partitions_written
from flowc.ir.triggers import Both, Cron, Every
from flowc.ir.uses import Use
from flowc.target.contract import LATER, Answer, Emulated, Native, Refused, Weaker
from flowc_targets.airflow.events import alternatives, can_join
from flowc_targets.airflow.schedule import answer, edges, scheduled
from flowc_targets.project.calls import cache_of

_TASK = "a `@task` function"
_GATE = "a task before it looks at the states of all that it waits for"
_ONE_MORE = "one more task in the run"
_JSON = "XComs hold its text form, and the reader's type reads it"

_ONE_DAG = "one more DAG"
_SENSOR = "`@task.sensor`, which holds no worker while it waits, unless it looks every few seconds"

CAPABILITIES: Mapping[Feature, Answer] = {
    # kinds
    Feature.python: Native(f"{_TASK} that calls the function"),
    Feature.shell: Native(f"{_TASK} that runs `/bin/sh -ec`"),
    Feature.sql_sqlite: Native(f"{_TASK} with Python's own driver"),
    Feature.sql_duckdb: Native(f"{_TASK} with the package duckdb"),
    Feature.sql_postgres: Native(f"{_TASK} with the package psycopg"),
    Feature.sql_snowflake: Native(f"{_TASK} with the package snowflake-connector-python"),
    Feature.http: Native(_TASK),
    Feature.wait_file: Native(_SENSOR),
    Feature.wait_time: Native("`@task.sensor`, which holds no worker while it waits"),
    Feature.wait_sql: Native(_SENSOR),
    Feature.wait_http: Native(_SENSOR),
    Feature.wait_asset: Native(f"{_SENSOR}; it asks for the asset's events, whose `extra` tells the partition"),
    Feature.wait_approval: Native("one of Airflow's required actions: it waits without a worker"),
    Feature.email: Native(_TASK),
    Feature.split: Emulated(
        "a DAG for each part, whose runs have the id of the flow's run; a task that stands for one of another part "
        "ends as that did",
        "a task for each outcome that is handed over; a run that is resumed has to be cleared in its parts, too",
    ),
    Feature.subflow: Emulated(
        "a task triggers a run of the other DAG and waits; its value is that of that run's task `returns`",
        "it holds its worker while it waits; a run that was started is told when a timeout or a deadline is over, and "
        "ends itself",
    ),
    Feature.fail_arm: Native("a task that fails"),
    Feature.connection_value: Native("a map of settings"),
    # order and outcomes
    Feature.requires: Native("edges and `all_success`"),
    Feature.skip: Native("`all_success` hands skips on"),
    Feature.skip_and_fail: Emulated(f"{_GATE}, for Airflow skips as soon as one upstream is skipped", _ONE_MORE),
    Feature.coalesce: Emulated(f"`none_failed` where that says it all, else {_GATE}", f"{_ONE_MORE} at most"),
    Feature.join: Emulated(
        f"`none_failed_min_one_success` where that says it all, else {_GATE}", f"{_ONE_MORE} at most"
    ),
    Feature.when_done: Emulated(f"`all_done` where that says it all, else {_GATE}", f"{_ONE_MORE} at most"),
    Feature.when_failed: Emulated(f"`one_failed` for one upstream, else {_GATE}", f"{_ONE_MORE} at most"),
    Feature.group: Native("a task group"),
    Feature.after_group: Emulated(
        f"edges from all of its tasks, and where these can be skipped {_GATE}", f"{_ONE_MORE} at most"
    ),
    Feature.lenient_end: Emulated(
        "a last task fails the run if a task has failed, for Airflow looks at the leaves alone", _ONE_MORE
    ),
    # checks
    Feature.check_fail: Native("a task that fails"),
    Feature.check_skip: Native("a task that skips itself"),
    Feature.check_warn: Native("a task that warns in its log"),
    Feature.check_guard: Emulated(
        f"readers follow the checks; where a check may say nothing, {_GATE}", f"{_ONE_MORE} at most"
    ),
    # branches
    Feature.branch: Native("`@task.branch`"),
    Feature.match: Native("`@task.branch`"),
    Feature.branch_nested: Native("`@task.branch`"),
    Feature.branch_in_loop: Native("`@task.branch` in a mapped task group"),
    Feature.flow_when: Native("`@task.branch`"),
    # attempts
    Feature.retry: Native("`retries` and `retry_delay`"),
    Feature.retry_linear: Emulated("a retry policy of the support package"),
    Feature.retry_exponential: Emulated(
        "a retry policy of the support package, for Airflow's own exponential pauses have a jitter that stays on"
    ),
    Feature.retry_cap: Emulated("a retry policy of the support package"),
    Feature.retry_jitter: Emulated("a retry policy of the support package"),
    Feature.retry_on: Emulated(
        "a retry policy of the support package, which Airflow does not ask where the attempt's process has died"
    ),
    Feature.timeout: Emulated(
        "`execution_timeout`; what could outlive it runs in a process of its own, stopped with all that it started",
        "one more process for each attempt of a Python or SQL task",
    ),
    Feature.fallback: Emulated(
        "a task lets the fallback run if its task has failed, another gives the value of either",
        "two more tasks in the run",
    ),
    Feature.fallback_chain: Emulated("the same for each link", "two more tasks in the run for each"),
    # mapping
    Feature.map: Native("`expand`, or a mapped task group"),
    Feature.map_static: Native("`expand`, or a mapped task group, over a list in the DAG"),
    Feature.map_nested: Emulated(
        "nested loops stand side by side, flattened: a task makes the list of all elements",
        "a task or two for each loop",
    ),
    Feature.map_keys: Native("the map index, or pairs of key and value"),
    Feature.map_in_branch: Native("the list's task stands in the branch"),
    Feature.gather: Emulated(
        "a task waits for all elements and lists their values, for Airflow leaves out what failed or was skipped "
        "and skips what follows an empty list",
        _ONE_MORE,
    ),
    Feature.gather_skipped: Emulated("the same task puts null where an element was skipped"),
    Feature.tolerate: Emulated("the same task counts the failures, and a last task ends the run", _ONE_MORE),
    Feature.limit: Native("`max_active_tis_per_dagrun`"),
    # the ends of a run
    Feature.handler_failure: Emulated("a task after all others lets its tasks run where one has failed", _ONE_MORE),
    Feature.handler_success: Emulated("a task after all others lets its tasks run where none has failed", _ONE_MORE),
    Feature.handler_late: Emulated("a task after all others lets its tasks run where the run is late", _ONE_MORE),
    Feature.handler_finally: Emulated("a task after all others", _ONE_MORE),
    Feature.handler_error: Emulated("`on_failure_callback` keeps the last error in an XCom"),
    Feature.deadline: Emulated(
        "a task before each looks at the clock, and attempts are stopped when it is time",
        "one more task in the run for each; one that waits for a pool or a worker just then is shown as failed, not as "
        "blocked",
    ),
    Feature.sla: Emulated("looked at when the run's tasks have ended"),
    # parameters, values
    Feature.params: Emulated("`Param` with its JSON schema, and a first task for what that cannot say", _ONE_MORE),
    Feature.param_range: Emulated("`minimum` and `maximum`, or the first task"),
    Feature.flow_output: Emulated("a task `returns` whose XCom it is", _ONE_MORE),
    Feature.several_outputs: Native("one XCom, a map by name"),
    Feature.value_json: Native("XComs"),
    Feature.value_date: Emulated(_JSON),
    Feature.value_time: Emulated(_JSON),
    Feature.value_datetime: Emulated(_JSON),
    Feature.value_duration: Emulated(_JSON),
    Feature.value_decimal: Emulated(_JSON),
    Feature.value_bytes: Emulated(_JSON),
    Feature.value_path: Emulated(_JSON),
    Feature.value_table: Emulated(_JSON),
    Feature.env: Native("an attempt is a process, so it is set there"),
    Feature.secrets: Native("variables of the workers' environment, or Airflow variables; masked in logs"),
    # time
    Feature.schedule_cron: Native("`CronTriggerTimetable`"),
    Feature.schedule_every: Native("`CronTriggerTimetable`, at the times of the day that are the multiples"),
    Feature.schedule_several: Native("`MultipleCronTriggerTimetable`"),
    Feature.schedule_start: Native("`start_date`"),
    Feature.schedule_end: Native("`end_date`"),
    Feature.catchup_none: Emulated(
        "`catchup=False`, and no start that lies in the past",
        "after the scheduler was down Airflow still runs the latest instant that was missed",
    ),
    Feature.catchup_latest: Native("`catchup=False`"),
    Feature.catchup_all: Native("`catchup=True`"),
    Feature.partition: Emulated("`run.partition` is computed from the run's logical date"),
    Feature.partition_names: Emulated("a param `partition`, whose type is the list of names"),
    Feature.backfill: Native("`airflow backfill create`, which is told both: the project's README has the command"),
    Feature.on_asset: Emulated("a DAG that assets start, and that starts a run for each event", _ONE_DAG),
    Feature.on_file: Emulated("a DAG that looks for files at the period of `poll`", _ONE_DAG),
    Feature.on_webhook: Emulated("Airflow's own API creates the run: the project's README says what to post"),
    Feature.on_flow: Emulated(
        "a last task writes an asset, and a DAG starts a run for each event",
        "one more DAG; Airflow shows a run as a success that somebody has marked as failed among its tasks, and who "
        "waits for its end hears that it was cancelled",
    ),
    Feature.on_several: Emulated("a DAG that all of several assets start", _ONE_DAG),
    Feature.freshness: Emulated("a DAG that looks, and whose task for an asset fails while that is late", _ONE_DAG),
    Feature.max_runs: Native("`max_active_runs`"),
    Feature.overlap_queue: Native("runs wait in the queue"),
    Feature.overlap_skip: Emulated(
        "a first task skips all of the run where enough others go on; a variable of Airflow has the runs that do",
        "one more task in the run, and a run that is dropped stands in Airflow's list, with all of its tasks skipped",
    ),
    Feature.overlap_cancel_old: Emulated(
        "a first task waits for a place, and has the oldest run end itself; a variable of Airflow has the runs that go "
        "on, wait and end",
        "one more task in the run for each; one more process for each attempt, and a request every two seconds; a task "
        "in a pause between attempts ends with the pause; the newer run needs a free worker to be heard; Airflow shows "
        "the run as failed, its task `flowc_cancelled` as a success",
    ),
    # resources
    Feature.pool: Native("a pool"),
    Feature.lock: Native("a pool of one slot"),
    Feature.priority: Native('`priority_weight` with `weight_rule="absolute"`'),
    Feature.cpu: Native("`executor_config`, which the Kubernetes executor hears; no other can be asked"),
    Feature.memory: Native("`executor_config`, which the Kubernetes executor hears; no other can be asked"),
    Feature.gpu: Native("`executor_config`, which the Kubernetes executor hears; no other can be asked"),
    Feature.labels: Native("labels of the pod, by `executor_config`, which the Kubernetes executor hears"),
    Feature.resume: Weaker(
        "attempts are counted on, not anew, and a task that a fallback saved is among those that are cleared",
        "failed instances are cleared, with what is downstream of them",
    ),
    Feature.cancel: Weaker(
        "a run has no such state: one that somebody marks as failed is stopped, and its `finally` is skipped"
    ),
    Feature.outage: Weaker("after the scheduler was down Airflow still runs the latest instant that was missed"),
    Feature.cache: Emulated("a variable of Airflow for each value that is kept"),
    # facts
    Feature.assets: Native("`inlets` and `outlets`"),
    Feature.owner: Native("`owner`"),
    Feature.tags: Native("the DAG's `tags`; those of a task stand in its documentation"),
    Feature.renamed: Native("the id stays what it was"),
    Feature.docs: Native("`doc_md`, docstrings, tooltips"),
    Feature.target_words: Native("arguments of the DAG and of tasks"),
    **LATER,
}

_SCHEDULES = (Feature.schedule_cron, Feature.schedule_every)


def exception(graph: Graph, use: Use) -> Answer | None:
    """The answer for a use that Airflow cannot say as it says the others."""
    match use.feature:
        case Feature.wait_approval if use.node and partitions_written(graph.node(use.node), graph):
            return Refused(
                "the answer is heard in another process, which cannot say what partition was written",
                "let a task after it write the asset",
            )
        case Feature.cache if use.node:
            return cache_of(graph.node(use.node))
        case Feature.lock if use.node:
            return _lock(graph, use.node)
        case Feature.schedule_cron | Feature.schedule_every:
            return _schedule(graph, use.feature)
        case Feature.schedule_several:
            return _several(graph)
        case Feature.on_several if not all(
            can_join(each.events) for each in alternatives(graph) if isinstance(each, Both)
        ):
            return Refused(
                "Airflow joins assets and ends of flows alone",
                "let a flow that starts on the other write an asset, and wait for that",
            )
        case _:
            return None


def _lock(graph: Graph, name: str) -> Answer | None:
    node = graph.node(name)
    if not isinstance(node.lock, Lit):
        return Refused("a pool's name is known when the DAG is parsed, before the run", "lock by a constant name")
    if node.pool is not None:
        return Refused("a task has one pool, and a lock is one", "use a pool of one slot instead of the two")
    return None


def _schedule(graph: Graph, feature: Feature) -> Answer | None:
    kind = Cron if feature is Feature.schedule_cron else Every
    found = [why for trigger in graph.triggers if isinstance(trigger, kind) and (why := answer(trigger))]
    return found[0] if found else None


def _several(graph: Graph) -> Answer | None:
    if edges(graph) is not None and len({trigger.catchup for trigger in scheduled(graph)}) == 1:
        return None
    return Refused("all schedules of a DAG share a start, an end and `catchup`", "make a flow of each")


def unheard(graph: Graph, node: Node) -> str | None:
    """Where no executor is named: the one that Airflow has by itself gives all tasks what the machine has."""
    words = [override.word for override in (*graph.overrides, *node.overrides) if override.target == "airflow"]
    named = {"executor", "image", "queue"}.intersection(words)
    return None if named else 'name one: target airflow { executor "KubernetesExecutor" }'
