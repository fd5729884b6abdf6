"""What the API takes and gives, as OpenAPI describes it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

RUN_ID = r"^[0-9]{8}-[0-9]{6}-[0-9a-f]{6}$"


class Given(BaseModel):
    """What a client sends: a field that is unknown is an error."""

    model_config = ConfigDict(extra="forbid")


class Start(Given):
    """A run to begin. `key` makes it safe to ask twice: the same key of a flow gives the same run."""

    params: dict[str, Any] = {}
    partition: str | None = None
    event: Any = None
    key: str | None = Field(None, min_length=1, max_length=200)


class Range(Given):
    """A backfill, from one date or instant to another, both in."""

    since: str | None = Field(None, alias="from", max_length=40)
    until: str | None = Field(None, alias="to", max_length=40)
    parallel: int | None = Field(None, ge=1, le=64)
    force: bool = False
    params: dict[str, Any] = {}
    event: Any = None


class Param(BaseModel):
    """A param of a flow; `default` is None where it is required or computed."""

    name: str
    type: str
    is_required: bool
    doc: str


class FlowShown(BaseModel):
    """A flow: what starts it, and when it is due next."""

    name: str
    doc: str
    params: list[Param]
    tasks: list[str]
    schedules: list[str]
    events: list[str]
    is_partitioned: bool
    upcoming: str | None


class RunShown(BaseModel):
    """A run in short; `state` is its outcome, or queued, running, unfinished. Times are seconds since 1970."""

    id: str
    flow: str
    at: str
    trigger: str
    state: str
    partition: str | None = None
    params: dict[str, Any] = {}
    parent: str | None = None
    began: float | None = None
    ended: float | None = None
    error: str | None = None


class Runs(BaseModel):
    """A page of runs, the latest first; `next` is the `before` of the page after it."""

    runs: list[RunShown]
    next: str | None


class Attempt(BaseModel):
    """One attempt of an instance."""

    number: int
    start: float
    end: float | None
    message: str | None


class Instance(BaseModel):
    """One instance of a task; `value` is JSON as the journal has it."""

    task: str
    index: list[int]
    outcome: str | None
    attempts: list[Attempt]
    message: str | None = None
    value: str | None = None


class Log(BaseModel):
    """A file with what an attempt printed."""

    name: str
    size: int


class RunDetail(BaseModel):
    """A run with its instances, the arrows between its tasks, the runs that it has started, and its logs."""

    run: RunShown
    children: list[str]
    instances: list[Instance]
    edges: list[tuple[str, str]]
    logs: list[Log]
    questions: list[QuestionShown] = []


class Events(BaseModel):
    """A piece of a run's journal; `next` is where the next one begins."""

    events: list[dict[str, Any]]
    next: int


class LogPiece(BaseModel):
    """A piece of a log; `next` is where the next one begins, `is_end` whether there is none yet."""

    text: str
    next: int
    is_end: bool


class Asked(BaseModel):
    """The run that was asked for, and whether it is a new one."""

    id: str
    is_new: bool


class Backfilled(BaseModel):
    """A backfill: its batch, the runs that it made or goes on with; how many had succeeded before or are in hand."""

    batch: str
    runs: list[str]
    kept: int
    early: int


class Problem(BaseModel):
    """Why not."""

    detail: str


class Reloaded(BaseModel):
    """What was taken in, by the names of flows."""

    changed: list[str]
    added: list[str]
    removed: list[str]


class QuestionShown(BaseModel):
    """What a run asks people: its text, and who is asked (none: anybody)."""

    run: str
    flow: str
    task: str
    index: list[int]
    text: str
    by: list[str]


class Said(Given):
    """An answer to what a run asks: of which instance, yes or no, and whose it is."""

    task: str
    index: list[int] = []
    yes: bool
    by: str = Field(min_length=1, max_length=200)


class AssetShown(BaseModel):
    """An asset: how old it may be, when and by which run it was written last, and whether that is too long ago."""

    name: str
    freshness: str | None
    written: str | None
    partition: str | None
    run: str | None
    is_late: bool


class Health(BaseModel):
    """How the server is. The flows are those of `loaded` (seconds since 1970); `mistakes` keep later ones out.

    `late` has a sentence for each asset that is late.
    """

    status: Literal["ok"]
    flows: int
    going: int
    queued: int
    problems: list[str]
    loaded: float | None
    mistakes: str | None
    late: list[str]


class Hooked(BaseModel):
    """The runs that a webhook began; none where the flow waits for something else too."""

    runs: list[str]
