"""The closed list of what a flow can ask of an engine. Every target answers for every one of them.

A feature is as fine as engines differ: retries that all can do are one feature, an exact exponential pause is another.
`flowc.ir.uses` finds which features a graph uses, and where.
"""

from __future__ import annotations

from enum import Enum

from attrs import field, frozen

from flowc.source import Span


class Feature(Enum):
    """One thing that a flow can ask for: its section in the support matrix, and a sentence."""

    __hash__ = object.__hash__  # an Enum's own hashes its name anew each time

    # kinds
    python = "kinds", "call a Python function in a worker process"
    shell = "kinds", "run a shell script as a process group"
    sql_sqlite = "kinds", "run SQL on SQLite in one transaction"
    sql_duckdb = "kinds", "run SQL on DuckDB in one transaction"
    sql_postgres = "kinds", "run SQL on PostgreSQL in one transaction"
    sql_snowflake = "kinds", "run SQL on Snowflake in one transaction"
    http = "kinds", "make an HTTP request"
    wait_file = "kinds", "wait until a file is there"
    wait_time = "kinds", "wait until a time, an instant or for a while"
    wait_sql = "kinds", "wait until a query finds something"
    wait_http = "kinds", "wait until a server answers"
    wait_asset = "kinds", "wait until an asset was written"
    wait_approval = "kinds", "wait until a person says yes, or no"
    email = "kinds", "send a mail"
    subflow = "kinds", "run another flow and end as it did"
    split = "kinds", "run a large flow as parts, with the outcomes of one"
    fail_arm = "kinds", "fail the run in an arm of a `match`"
    connection_value = "kinds", "give a connection's settings to a Python task"

    # order and outcomes
    requires = "order", "start when what is read or named in `after` has succeeded"
    skip = "order", "skip what needs a skipped task"
    skip_and_fail = "order", "be blocked, not skipped, where one upstream fails and another is skipped"
    coalesce = "order", "`a ?? d`: go on with another value where `a` was skipped"
    join = "order", "`a ?? b` of tasks: take the one that ran"
    when_done = "order", "`after x, when: done`: start whatever `x` came to"
    when_failed = "order", "`after x, when: failed`: run only if `x` failed"
    group = "order", "a named group of tasks"
    after_group = "order", "wait for a whole group"
    lenient_end = "order", "fail the run for a failed task that only lenient tasks follow"

    # checks
    check_fail = "checks", "a `check` that fails the run"
    check_skip = "checks", "a `check` that skips what follows"
    check_warn = "checks", "a `check` that only warns"
    check_guard = "checks", "readers of a checked task wait for its checks and see the worse outcome"

    # branches
    branch = "branches", "`if`, `when`"
    match = "branches", "`match` on a value"
    branch_nested = "branches", "a branch inside a branch"
    branch_in_loop = "branches", "a branch for each element of a loop"
    flow_when = "branches", "a `when` on the whole flow"

    # attempts
    retry = "attempts", "retry with a constant pause"
    retry_linear = "attempts", "pauses that grow by the same step, exactly"
    retry_exponential = "attempts", "pauses that double, exactly"
    retry_cap = "attempts", "an upper bound of the pause"
    retry_jitter = "attempts", "pauses multiplied by 0.5 to 1.5"
    retry_on = "attempts", "retry only, or never, on named errors, statuses and exit codes"
    timeout = "attempts", "stop an attempt's whole process tree after a time"
    fallback = "attempts", "another task that saves a failed one"
    fallback_chain = "attempts", "a fallback of a fallback"

    # mapping
    map = "mapping", "one instance for each element of a list that is known when the flow runs"
    map_static = "mapping", "one instance for each element of a list in the source"
    map_nested = "mapping", "a loop inside a loop"
    map_keys = "mapping", "the index or the key of an element"
    map_in_branch = "mapping", "a loop inside a branch"
    gather = "mapping", "the outputs of a loop as a list in input order"
    gather_skipped = "mapping", "null in a gathered list where an element was skipped"
    tolerate = "mapping", "some failed elements that fail nothing else"
    limit = "mapping", "at most so many elements at once"

    # the ends of a run
    handler_failure = "ends", "`on failure`"
    handler_success = "ends", "`on success`"
    handler_late = "ends", "`on late`"
    handler_finally = "ends", "`finally`, always and last"
    handler_error = "ends", "`run.error` and `run.failed_task` in a handler"
    deadline = "ends", "end a run that takes too long"
    sla = "ends", "notice a run that is late"

    # parameters, values
    params = "values", "typed params with defaults, checked before anything runs"
    param_range = "values", "params within a range"
    flow_output = "values", "a `return` of the flow"
    several_outputs = "values", "several outputs of one task"
    value_json = "values", "numbers, text, booleans, null, lists, maps and records come out as they went in"
    value_date = "values", "dates come out as they went in"
    value_time = "values", "times of day come out as they went in"
    value_datetime = "values", "datetimes come out as they went in, with their offset"
    value_duration = "values", "durations come out as they went in"
    value_decimal = "values", "decimals come out as they went in"
    value_bytes = "values", "bytes come out as they went in"
    value_path = "values", "paths come out as they went in"
    value_table = "values", "table handles come out as they went in"
    env = "values", "variables in a task's environment"
    secrets = "values", "secrets that are read where the task runs and kept nowhere"

    # time
    schedule_cron = "time", "fire at the instants of a cron line in a zone"
    schedule_every = "time", "fire at multiples of a period"
    schedule_several = "time", "several schedules of one flow"
    schedule_start = "time", "fire from a start on"
    schedule_end = "time", "fire until an end"
    catchup_none = "time", "drop missed instants"
    catchup_latest = "time", "run the last missed instant"
    catchup_all = "time", "run every missed instant, oldest first"
    partition = "time", "work on windows of time: hours, days, weeks, months"
    partition_names = "time", "work on one of a list of named partitions"
    backfill = "time", "run past windows or instants, each once"
    on_asset = "time", "start when an asset was written"
    on_file = "time", "start when a file has come"
    on_webhook = "time", "start when something was posted"
    on_flow = "time", "start when another flow has ended"
    on_several = "time", "start when all of several things have happened"
    freshness = "time", "tell when an asset is older than it may be"
    max_runs = "time", "at most so many runs of the flow at once"
    overlap_queue = "time", "a further run waits"
    overlap_skip = "time", "a further run is dropped"
    overlap_cancel_old = "time", "a further run cancels the oldest"

    # resources
    pool = "resources", "slots that all runs share"
    lock = "resources", "one holder at a time over all runs"
    priority = "resources", "higher starts first"
    cpu = "resources", "ask for cores"
    memory = "resources", "ask for memory"
    gpu = "resources", "ask for devices"
    labels = "resources", "labels on what runs the task"
    cache = "resources", "take the recorded value of an earlier success"

    # what no flow asks for, and every run may meet
    resume = "reruns", "go on with a run that failed: keep what succeeded, run the rest anew"
    cancel = "reruns", "cancel a run by hand: stop what goes on, and do its `finally`"
    outage = "reruns", "drop, without `catchup`, what fell due while nobody ran anything"

    # facts
    assets = "facts", "which assets a task reads and writes"
    owner = "facts", "who answers for it"
    tags = "facts", "tags"
    renamed = "facts", "keep the id that the engine knows"
    docs = "facts", "the user's words in the engine's own pages"
    target_words = "facts", "words of the target's own"

    # later
    later_container = "later", "run a container"
    later_dbt = "later", "run dbt, SQLMesh or Dataform"
    later_spark = "later", "submit to Spark"
    later_other = "later", "a word that no target can say yet"

    @property
    def section(self) -> str:
        return self.value[0]

    @property
    def sentence(self) -> str:
        return self.value[1]


SECTIONS: tuple[str, ...] = tuple(dict.fromkeys(feature.section for feature in Feature))
"""The sections of the support matrix, in order."""


@frozen
class Use:
    """A feature, the node that uses it (None: the flow), where that is written, and the user's word if there is one."""

    feature: Feature
    node: str | None
    at: Span | None = field(default=None, eq=False, repr=False)
    word: str = ""
