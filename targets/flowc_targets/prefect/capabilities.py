"""What Prefect does by itself, what the generated project does on top of it, and what cannot be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from flowc.ir.actions import RunFlow
from flowc.ir.features import Feature
from flowc.ir.graph import Graph, Node, Program
from flowc.ir.triggers import Both, Cron, On, OnAsset, OnFlow
from flowc.ir.uses import Use
from flowc.target.contract import LATER, Answer, Emulated, Native, Refused, Weaker
from flowc_targets.prefect.rules import mended_at
from flowc_targets.prefect.tasks import MOST_DELAYS, delays
from flowc_targets.project.calls import cache_of
from flowc_targets.project.clocks import YEARS
from flowc_targets.project.given import reads_event

_TASK = "a `@task` function"
_DRIVER = "the flow function says what each task waits for, and a driver submits it by the rule"
_SEEN = "one more task run for each task that does not run"

_LOOKS = "a flow that asks each minute what is due, instead of schedules of the deployment"

CAPABILITIES: Mapping[Feature, Answer] = {
    # kinds
    Feature.python: Emulated(
        f"{_TASK} that calls the function in a process of its own: Prefect runs tasks in threads of the flow run, "
        "which is lost with all of them where the code of one crashes or needs too much memory",
        "one more process for each attempt",
    ),
    Feature.shell: Native(f"{_TASK} that runs `/bin/sh -ec`"),
    Feature.sql_sqlite: Native(f"{_TASK} with Python's own driver"),
    Feature.sql_duckdb: Native(f"{_TASK} with the package duckdb"),
    Feature.sql_postgres: Native(f"{_TASK} with the package psycopg"),
    Feature.sql_snowflake: Native(f"{_TASK} with the package snowflake-connector-python"),
    Feature.http: Native(_TASK),
    Feature.wait_file: Native(f"{_TASK} that looks again and again"),
    Feature.wait_time: Native(f"{_TASK} that sleeps"),
    Feature.wait_sql: Native(f"{_TASK} that looks again and again"),
    Feature.wait_http: Native(f"{_TASK} that looks again and again"),
    Feature.wait_asset: Native("a task that asks for the asset's events, or the artifact that tells of a partition"),
    Feature.wait_approval: Emulated(
        "a task that looks for an input of the flow run, which is given over Prefect's API; an artifact says how",
        "it holds its worker while it waits",
    ),
    Feature.email: Native(_TASK),
    Feature.split: Native("a flow for each part, which the flow runs in its process and hands outcomes to the others"),
    Feature.subflow: Native(
        "a task that calls the other flow, whose run is a child of it, and has one of the places of its deployment"
    ),
    Feature.fail_arm: Native("a task that fails"),
    Feature.connection_value: Native("a map of settings"),
    # order and outcomes
    Feature.requires: Native("futures as arguments, and `wait_for`"),
    Feature.skip: Emulated(f"{_DRIVER}: a skipped task is a task run `Skipped`, for Prefect has no such state", _SEEN),
    Feature.skip_and_fail: Emulated(f"{_DRIVER}: a blocked task is a task run `UpstreamFailed`", _SEEN),
    Feature.coalesce: Emulated(_DRIVER),
    Feature.join: Emulated(_DRIVER),
    Feature.when_done: Emulated(f"{_DRIVER}, for what `allow_failure` means changed between releases of Prefect"),
    Feature.when_failed: Emulated(_DRIVER),
    Feature.group: Native("the names of its tasks, which begin with the group's"),
    Feature.after_group: Emulated(_DRIVER),
    Feature.lenient_end: Emulated("the flow function returns the state of the run, whatever its last tasks came to"),
    # checks
    Feature.check_fail: Native("a task that fails"),
    Feature.check_skip: Emulated("a task that ends as `Skipped`"),
    Feature.check_warn: Native("a task that warns in its log"),
    Feature.check_guard: Emulated(_DRIVER),
    # branches
    Feature.branch: Emulated(_DRIVER, _SEEN),
    Feature.match: Emulated(_DRIVER, _SEEN),
    Feature.branch_nested: Emulated(_DRIVER, _SEEN),
    Feature.branch_in_loop: Emulated(_DRIVER, _SEEN),
    Feature.flow_when: Emulated(_DRIVER, _SEEN),
    # attempts
    Feature.retry: Native("`retries` and `retry_delay_seconds`"),
    Feature.retry_linear: Native("a list of `retry_delay_seconds`"),
    Feature.retry_exponential: Native("a list of `retry_delay_seconds`"),
    Feature.retry_cap: Native("a list of `retry_delay_seconds`"),
    Feature.retry_jitter: Emulated(
        "pauses are drawn when the flow is loaded, for Prefect's own jitter has other bounds",
        "all instances of a mapped task in a run have the same pauses",
    ),
    Feature.retry_on: Native("`retry_condition_fn`"),
    Feature.timeout: Emulated(
        "the attempt runs in a process of its own, stopped with all that it started, for `timeout_seconds` stops no "
        "thread",
        "one more process for each attempt",
    ),
    Feature.fallback: Emulated(_DRIVER),
    Feature.fallback_chain: Emulated(_DRIVER),
    # mapping
    Feature.map: Emulated(_DRIVER, "`map` would fail with its first failed element"),
    Feature.map_static: Emulated(_DRIVER),
    Feature.map_nested: Emulated(_DRIVER),
    Feature.map_keys: Emulated(_DRIVER),
    Feature.map_in_branch: Emulated(_DRIVER),
    Feature.gather: Emulated(_DRIVER),
    Feature.gather_skipped: Emulated(_DRIVER),
    Feature.tolerate: Emulated(_DRIVER),
    Feature.limit: Emulated(_DRIVER),
    # the ends of a run
    Feature.handler_failure: Emulated("tasks of the flow run, after all others", "hooks are no task runs"),
    Feature.handler_success: Emulated("tasks of the flow run, after all others"),
    Feature.handler_late: Emulated("tasks of the flow run, after all others"),
    Feature.handler_finally: Emulated("tasks of the flow run, after all others", "none where somebody cancels the run"),
    Feature.handler_error: Emulated("the driver hands it over"),
    Feature.deadline: Emulated(
        "attempts run in processes of their own, which are stopped when it is time, for a flow's `timeout_seconds` "
        "waits for its threads and runs no handlers",
        "one more process for each attempt",
    ),
    Feature.sla: Emulated("looked at when the run's tasks have ended"),
    # parameters, values
    Feature.params: Native("typed params of the flow function, strict where Prefect would convert"),
    Feature.param_range: Native("`Field(ge=..., le=...)`"),
    Feature.flow_output: Native("the data of the flow run's state"),
    Feature.several_outputs: Native("a map by name"),
    Feature.value_json: Native("results"),
    Feature.value_date: Native("results"),
    Feature.value_time: Native("results"),
    Feature.value_datetime: Native("results"),
    Feature.value_duration: Native("results"),
    Feature.value_decimal: Native("results"),
    Feature.value_bytes: Native("results"),
    Feature.value_path: Native("results"),
    Feature.value_table: Native("results"),
    Feature.env: Emulated("the attempt runs in a process of its own", "one more process for each attempt"),
    Feature.secrets: Native("variables of the worker's environment, or Secret blocks; masked in logs"),
    # time
    Feature.schedule_cron: Native("a schedule of the deployment"),
    Feature.schedule_every: Native("an interval in UTC with its anchor"),
    Feature.schedule_several: Native("schedules of the deployment"),
    Feature.schedule_start: Native("a rule of the calendar (`rrule`)"),
    Feature.schedule_end: Native("a rule of the calendar (`rrule`)"),
    Feature.catchup_none: Emulated(
        "Prefect schedules only what is to come",
        "runs that it had scheduled ahead when the workers went down are late, and run",
    ),
    Feature.catchup_latest: Emulated(_LOOKS),
    Feature.catchup_all: Emulated(_LOOKS),
    Feature.partition: Emulated("`run.partition` is computed from the run's instant: what it was scheduled for"),
    Feature.partition_names: Emulated("a param `partition`, whose type is the list of names"),
    Feature.backfill: Emulated("the project's `backfill.py`, which creates flow runs whose scheduled time is past"),
    Feature.on_asset: Native("a trigger of the deployment, for the asset's materialization"),
    Feature.on_file: Emulated(
        "a flow of its own that looks for files at the period of `poll`", "a flow run for each look"
    ),
    Feature.on_webhook: Emulated("Prefect's own API creates the run: the project's README says what to post"),
    Feature.on_flow: Native("a trigger of the deployment, for the end of a flow run, by whatever it has ended"),
    Feature.on_several: Native("a compound trigger of the deployment"),
    Feature.freshness: Emulated("a flow that looks, and fails while an asset is late", "one more deployment"),
    Feature.max_runs: Native("`concurrency_limit` of the deployment"),
    Feature.overlap_queue: Weaker(
        "a run that waits is looked at every 30 s, and one that came later may have begun by then",
        "`collision_strategy: ENQUEUE`",
    ),
    Feature.overlap_skip: Native("`collision_strategy: CANCEL_NEW`"),
    Feature.overlap_cancel_old: Emulated(
        "`collision_strategy: ENQUEUE`, and the oldest run cancels itself once it sees that one waits",
        "a request to the server every two seconds; one more process for each attempt; a task in a pause between "
        "attempts ends with the pause; of several runs that wait, a later one may begin first",
    ),
    # resources
    Feature.pool: Native("a global concurrency limit, held by each attempt"),
    Feature.lock: Native("a global concurrency limit of one slot"),
    Feature.priority: Emulated("the attempts of a run ask for a slot in order; Prefect knows no priorities of tasks"),
    Feature.cpu: Native("`job_variables` of the deployment, for work pools that hear them: the most of all tasks"),
    Feature.memory: Native("`job_variables` of the deployment, for work pools that hear them: the most of all tasks"),
    Feature.gpu: Native("`job_variables` of the deployment, for work pools that hear them: the most of all tasks"),
    Feature.labels: Native("`job_variables` of the deployment, for work pools that hear them: those of all tasks"),
    Feature.cache: Emulated("a file of the result storage for each value that is kept, whatever run has left it"),
    # reruns
    Feature.resume: Weaker("a flow run that is retried runs all of its tasks again"),
    Feature.cancel: Weaker(
        "the worker kills the process of a run that somebody cancels, so that its `finally` does not run"
    ),
    Feature.outage: Weaker(
        "what the server had scheduled ahead when the workers went down runs late, once they are back"
    ),
    # facts
    Feature.assets: Native("`@materialize` and `asset_deps`"),
    Feature.owner: Native("a tag `owner:...`; of an asset that a task writes, its `owners`"),
    Feature.tags: Native("tags"),
    Feature.renamed: Native("the name stays what it was"),
    Feature.docs: Native("docstrings, which are the descriptions of flows and tasks; descriptions of assets"),
    Feature.target_words: Native("the deployment's work pool and its job variables"),
    **LATER,
}


def exception(graph: Graph, use: Use) -> Answer | None:
    """The answer for a use that Prefect cannot say as it says the others."""
    match use.feature:
        case Feature.cache if use.node:
            return cache_of(graph.node(use.node))
        case Feature.schedule_cron:
            return _cron(graph)
        case Feature.retry_linear | Feature.retry_exponential if use.node:
            retry = graph.node(use.node).retry
            if retry.count > MOST_DELAYS and len(set(delays(retry)[-2:])) > 1:
                return Refused(f"Prefect takes no more than {MOST_DELAYS} pauses", "retry less often, or give a `max`")
            return None
        case Feature.labels:
            return _labels(graph)
        case Feature.on_several:
            return _several(graph)
        case _:
            return None


def between(program: Program, graph: Graph, use: Use) -> Answer | None:
    """The answer for what depends on another flow."""
    action = graph.node(use.node).action if use.feature is Feature.subflow and use.node else None
    if isinstance(action, RunFlow) and program.graph(action.flow).overlap == "cancel_old":
        return Refused(
            f"a newer run of `{action.flow}` cannot cancel one that a task has started, for that is in no deployment",
            f"let `{action.flow}` queue or skip, or start it by an asset that this flow writes",
        )
    return None


def _labels(graph: Graph) -> Answer | None:
    said = {pair for node in graph.nodes for pair in node.resources.labels}
    differ = sorted(name for name, count in Counter(name for name, _ in said).items() if count > 1)
    if not differ:
        return None
    reason = f"tasks differ in the label `{differ[0]}`, and Prefect runs all of a flow in one process"
    return Refused(reason, "say the label once, for the whole flow, or let a subflow have those that differ")


def _several(graph: Graph) -> Answer | None:
    """A compound trigger tells nobody which of its events came last, and knows only events of Prefect's own."""
    lines = [trigger.event for trigger in graph.triggers if isinstance(trigger, On)]
    both = [each for line in lines for each in ([line] if isinstance(line, Both) else getattr(line, "events", ()))]
    parts = [part for each in both if isinstance(each, Both) for part in each.events]
    if not all(isinstance(part, OnAsset | OnFlow) for part in parts):
        return Refused(
            "Prefect's compound triggers join assets and ends of flows alone",
            "let a flow that starts on the other event write an asset, and wait for that",
        )
    if reads_event(graph):
        return Refused("Prefect's compound triggers do not tell the event", "leave out `run.event`")
    return None


def _cron(graph: Graph) -> Answer | None:
    for trigger in graph.triggers:
        if isinstance(trigger, Cron) and (day := mended_at(trigger)) is not None:
            return Emulated(
                f"a rule of the calendar (`rrule`) in which what differs on days like {day}, when the clocks of "
                f"{trigger.zone} are changed, is written out up to {YEARS[-1]}, or the same hours in UTC",
            )
    return None


def unheard(graph: Graph, node: Node) -> str | None:
    """Where no work pool is named: the default one starts processes, which have what the machine has."""
    named = any(override.target == "prefect" and override.word == "work_pool" for override in graph.overrides)
    return None if named else 'name a work pool that does: target prefect { work_pool "kubernetes" }'
