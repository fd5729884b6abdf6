"""What Dagster can say, feature by feature: by itself, with something on top, or not; and the uses that differ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flowc.ir.actions import RunFlow
from flowc.ir.expr import Lit
from flowc.ir.features import Feature
from flowc.ir.graph import Graph, Node, Program
from flowc.ir.memo import remembered
from flowc.ir.triggers import Cron, Every
from flowc.ir.uses import Use
from flowc.target.contract import LATER, Answer, Emulated, Native, Refused, Weaker
from flowc_targets.dagster.schedule import answer
from flowc_targets.project.calls import cache_of
from flowc_targets.project.words import said

_OP = "an op"
_OUTCOME = "ops keep what they came to in an `Outcome`, and each looks at the outcomes of all that it waits for"
_GREEN = (
    "a failed op is red only when the run has ended; until then its log has the error, its output `outcome: failed`"
)
_BLOCKS = "it holds its worker while it waits"
_POD = "the tag `dagster-k8s/config` of the op, which the executor for Kubernetes hears: `executor` names it"

MINUTE = timedelta(minutes=1)
EXECUTOR = "executor"
"""The word that names what a flow's ops are run by."""

CAPABILITIES: Mapping[Feature, Answer] = {
    # kinds
    Feature.python: Native(
        f"{_OP} that calls the function; in a process of its own where others outlive a process that dies"
    ),
    Feature.shell: Native(f"{_OP} that runs `/bin/sh -ec`"),
    Feature.sql_sqlite: Native(f"{_OP} with Python's own driver"),
    Feature.sql_duckdb: Native(f"{_OP} with the package duckdb"),
    Feature.sql_postgres: Native(f"{_OP} with the package psycopg"),
    Feature.sql_snowflake: Native(f"{_OP} with the package snowflake-connector-python"),
    Feature.http: Native(_OP),
    Feature.wait_file: Emulated("an op that looks again and again", _BLOCKS),
    Feature.wait_time: Emulated("an op that sleeps", _BLOCKS),
    Feature.wait_sql: Emulated("an op that looks again and again", _BLOCKS),
    Feature.wait_http: Emulated("an op that looks again and again", _BLOCKS),
    Feature.wait_asset: Emulated(
        "an op that looks again and again for its materialization, or that of its partition", _BLOCKS
    ),
    Feature.wait_approval: Emulated(
        "an op that looks again and again for a materialization of `approval/JOB/TASK` that somebody reports, on "
        "Dagster's page or over its REST",
        _BLOCKS,
    ),
    Feature.email: Native(_OP),
    Feature.split: Native("a graph for each part, nested in that of the job"),
    Feature.subflow: Emulated(
        "an op starts a run of the other job and waits; its steps are processes beside that of the op", _BLOCKS
    ),
    Feature.fail_arm: Native("an op that fails"),
    Feature.connection_value: Native("a map of settings"),
    # order and outcomes
    Feature.requires: Native("inputs"),
    Feature.skip: Native("outputs that are not required: Dagster skips what follows one that is not there"),
    Feature.skip_and_fail: Emulated(f"{_OUTCOME}, for Dagster lets a skip win", _GREEN),
    Feature.coalesce: Emulated(_OUTCOME, _GREEN),
    Feature.join: Emulated(_OUTCOME, _GREEN),
    Feature.when_done: Emulated(f"{_OUTCOME}, for Dagster gives up all that follows a failed op", _GREEN),
    Feature.when_failed: Emulated(f"{_OUTCOME}, for Dagster gives up all that follows a failed op", _GREEN),
    Feature.group: Native("a prefix of the ops' names"),
    Feature.after_group: Emulated(_OUTCOME, _GREEN),
    Feature.lenient_end: Emulated("a last op fails the run if a task has failed", "one more op"),
    # checks
    Feature.check_fail: Native("an op that fails"),
    Feature.check_skip: Emulated(_OUTCOME, _GREEN),
    Feature.check_warn: Native("an op that warns in the run's log"),
    Feature.check_guard: Native("readers wait for the checks"),
    # branches
    Feature.branch: Native("an op with an output for each arm"),
    Feature.match: Native("an op with an output for each arm"),
    Feature.branch_nested: Native("an op with an output for each arm"),
    Feature.branch_in_loop: Emulated(_OUTCOME, _GREEN),
    Feature.flow_when: Native("an op with an output for each arm"),
    # attempts
    Feature.retry: Native("`RetryPolicy`"),
    Feature.retry_linear: Native("`RetryPolicy` with `Backoff.LINEAR`; `RetryRequested` where the pauses have a bound"),
    Feature.retry_exponential: Emulated("`RetryRequested`, for Dagster's own pauses are `(2^n - 1) * delay`"),
    Feature.retry_cap: Emulated("`RetryRequested`"),
    Feature.retry_jitter: Emulated("`RetryRequested`"),
    Feature.retry_on: Emulated("`RetryRequested`"),
    Feature.timeout: Emulated(
        "an attempt runs in a process of its own, which is stopped with all that it started, for Dagster has no "
        "timeout of an op",
        "one more process for each attempt",
    ),
    Feature.fallback: Emulated(f"{_OUTCOME}; another op gives the value of either", f"one more op; {_GREEN}"),
    Feature.fallback_chain: Emulated("the same for each link", "one more op for each"),
    # mapping
    Feature.map: Native("`DynamicOut` and `map`"),
    Feature.map_static: Native("`DynamicOut` and `map`"),
    Feature.map_nested: Emulated(
        "an op makes the list of all elements, for Dagster cannot map inside of what is mapped", "two ops for each loop"
    ),
    Feature.map_keys: Emulated("the element has its index and its key", _GREEN),
    Feature.map_in_branch: Emulated("the list's op stands in the branch", _GREEN),
    Feature.gather: Native("`collect`; where failures are tolerated or what is gathered is read in a loop, an op more"),
    Feature.gather_skipped: Emulated("an op puts null where an element was skipped", f"one more op; {_GREEN}"),
    Feature.tolerate: Emulated("an op counts the failures, and a last one ends the run", f"two more ops; {_GREEN}"),
    Feature.limit: Native("`tag_concurrency_limits` of the executor"),
    # the ends of a run
    Feature.handler_failure: Emulated(_OUTCOME, _GREEN),
    Feature.handler_success: Emulated(_OUTCOME, _GREEN),
    Feature.handler_late: Emulated(_OUTCOME, _GREEN),
    Feature.handler_finally: Emulated(
        _OUTCOME, f"{_GREEN}; a run that is terminated by hand ends at once, and nothing is done at its end"
    ),
    Feature.handler_error: Emulated("outcomes have the error of the last attempt"),
    Feature.deadline: Emulated(
        "each op looks at the clock first, and runs what it does in a process that is stopped when it is time",
        f"one more process for each attempt; an op that waits for a slot of another run looks at no clock; {_GREEN}",
    ),
    Feature.sla: Emulated("looked at when the run's tasks have ended"),
    # parameters, values
    Feature.params: Native(
        'the config of a resource, where Dagster takes `{"env": "NAME"}` for the variable; an op first where it does '
        "not know the type"
    ),
    Feature.param_range: Emulated("an op first", "one more op"),
    Feature.flow_output: Emulated("an op `flowc_returns`, whose value it is", "one more op"),
    Feature.several_outputs: Native("one output, a map by name"),
    Feature.value_json: Native("the IO manager"),
    Feature.value_date: Native("the IO manager"),
    Feature.value_time: Native("the IO manager"),
    Feature.value_datetime: Native("the IO manager"),
    Feature.value_duration: Native("the IO manager"),
    Feature.value_decimal: Native("the IO manager"),
    Feature.value_bytes: Native("the IO manager"),
    Feature.value_path: Native("the IO manager"),
    Feature.value_table: Native("the IO manager"),
    Feature.env: Native("set while the attempt runs"),
    Feature.secrets: Native("variables of the ops' environment; errors are looked through before they are kept"),
    # time
    Feature.schedule_cron: Native("`ScheduleDefinition`"),
    Feature.schedule_every: Native("`ScheduleDefinition`, at the times of the day that are the multiples"),
    Feature.schedule_several: Native("a `ScheduleDefinition` for each"),
    Feature.schedule_start: Native("`should_execute`"),
    Feature.schedule_end: Native("`should_execute`"),
    Feature.catchup_none: Emulated("`should_execute` drops ticks that are old, for Dagster runs the latest missed one"),
    Feature.catchup_latest: Emulated("a sensor that asks every ten seconds what is due, instead of a schedule"),
    Feature.catchup_all: Emulated("a sensor that asks every ten seconds what is due, instead of a schedule"),
    Feature.partition: Emulated(
        "`run.partition` is computed from the run's instant: when it was due, or the tag `run/at`"
    ),
    Feature.partition_names: Emulated("a param `partition`, which the job's partitions give"),
    Feature.backfill: Emulated("a module of the project, which launches the runs: Dagster's own knows neither"),
    Feature.on_asset: Emulated("a sensor that looks for its materializations every five seconds"),
    Feature.on_file: Emulated("a sensor that looks for files at the period of `poll`"),
    Feature.on_webhook: Emulated("a sensor on what is posted to `/report_asset_materialization/PATH` of the webserver"),
    Feature.on_flow: Emulated("a sensor that looks for ended runs every five seconds"),
    Feature.on_several: Emulated("the sensor remembers in its cursor what has come"),
    Feature.freshness: Native("a `FreshnessPolicy` of the asset, which the daemon looks at each half minute"),
    Feature.max_runs: Native(
        "`tag_concurrency_limits` of the queue of runs, in dagster.yaml; a run that a task starts is in no queue, and "
        "waits by itself"
    ),
    Feature.overlap_queue: Native("runs wait in the queue; those that tasks start wait by themselves"),
    Feature.overlap_skip: Emulated(
        "a first op skips all of the run where enough others went on when it was asked for",
        "one more op in the run, and a run that is dropped stands in Dagster's list, with the tag `run/dropped` and "
        "all of its ops skipped",
    ),
    Feature.overlap_cancel_old: Emulated(
        "the newer run waits in the queue, and the oldest ends itself once it sees that",
        "it looks at the instance every two seconds; one more process for each attempt; a task in a pause between "
        "attempts ends with the pause; Dagster shows the run as failed, with the tag `run/cancelled`",
    ),
    # resources
    Feature.pool: Native("a pool"),
    Feature.lock: Native("a pool of one slot"),
    Feature.priority: Native("the tag `dagster/priority`, among the ops of a run"),
    Feature.cpu: Native(
        "the tag `dagster-k8s/config` of the op, which the executor for Kubernetes hears: name it by `executor`"
    ),
    Feature.memory: Native(
        "the tag `dagster-k8s/config` of the op, which the executor for Kubernetes hears: name it by `executor`"
    ),
    Feature.gpu: Native(
        "the tag `dagster-k8s/config` of the op, which the executor for Kubernetes hears: name it by `executor`"
    ),
    Feature.labels: Native("labels of the pod, by the same tag"),
    Feature.resume: Weaker(
        "what was skipped is decided again only where something that it waits for runs again, and a run with outcomes "
        "that was cut short has to be run from the start",
        "re-execution from failure",
    ),
    Feature.cancel: Weaker("a run that somebody terminates is stopped at once, and its `finally` does not run"),
    Feature.outage: Emulated("`should_execute` looks at the clock, for Dagster runs the latest missed tick"),
    Feature.cache: Emulated(
        "a materialization of the asset `kept/FLOW/TASK` for each value that is kept, with the key as its partition"
    ),
    # facts
    Feature.assets: Native("`AssetSpec` with what it is made from, and an `AssetMaterialization` when it was written"),
    Feature.owner: Native("a tag of the job, and of the op; an owner of the asset"),
    Feature.tags: Native("tags of the job and of ops"),
    Feature.renamed: Native("the name stays what it was"),
    Feature.docs: Native("descriptions, and docstrings which become descriptions"),
    Feature.target_words: Native("a tag of the job and of ops"),
    **LATER,
}


def exception(graph: Graph, use: Use) -> Answer | None:
    """The answer for a use that Dagster cannot say as it says the others."""
    match use.feature:
        case Feature.freshness if min(asset.freshness or MINUTE for asset in graph.assets) < MINUTE:
            return Refused("Dagster's shortest is a minute", "let the asset be `freshness 1m` old, or more")
        case Feature.cache if use.node:
            return cache_of(graph.node(use.node))
        case Feature.timeout if use.node and _runs(graph, use.node):
            return Emulated("the run that is started ends by itself when the time is over", _GREEN)
        case Feature.lock if use.node:
            return _lock(graph, use.node)
        case Feature.schedule_cron | Feature.schedule_every:
            return _schedule(graph, use.feature)
        case _:
            return None


def _runs(graph: Graph, node: str) -> bool:
    return isinstance(graph.node(node).action, RunFlow)


def _lock(graph: Graph, name: str) -> Answer | None:
    node = graph.node(name)
    if not isinstance(node.lock, Lit):
        return Refused("a pool's name is known when the job is loaded, before the run", "lock by a constant name")
    if node.pool is not None:
        return Refused("an op has one pool, and a lock is one", "use a pool of one slot instead of the two")
    return None


def between(program: Program, graph: Graph, use: Use) -> Answer | None:
    """The answer for a pool: it can be counted in what each task takes where all tasks of all flows take as much."""
    own = graph.node(use.node).pool if use.feature is Feature.pool and use.node else None
    if own is None or len(set[int]().union(*(_slots(each).get(own.name, ()) for each in program.graphs))) <= 1:
        return None
    return Refused("an op takes one slot of a pool", "let all tasks of the pool take as many `slots`")


@remembered
def _slots(graph: Graph) -> dict[str, set[int]]:
    """How many slots the tasks of each pool take at once."""
    taken: dict[str, set[int]] = {}
    for node in graph.nodes:
        if node.pool:
            taken.setdefault(node.pool.name, set()).add(node.pool.slots)
    return taken


def unheard(graph: Graph, node: Node) -> str | None:
    """Where no executor is named: the one that Dagster has by itself starts processes, which have what there is."""
    named = said(graph.overrides, "dagster", EXECUTOR) is not None
    return None if named else f'name one: target dagster {{ {EXECUTOR} "dagster_k8s:k8s_job_executor" }}'


def _schedule(graph: Graph, feature: Feature) -> Answer | None:
    kind = Cron if feature is Feature.schedule_cron else Every
    found = [why for trigger in graph.triggers if isinstance(trigger, kind) and (why := answer(trigger))]
    return found[0] if found else None
