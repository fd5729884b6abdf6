"""Who had what done: each start of a run, each going on, each answer, with the params and the source that it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from attrs import asdict, frozen

from flowc.runtime.journal import Record, read
from flowc.runtime.texts import compact
from flowc.runtime.trace import label


@frozen
class Deed:
    """What somebody did: `what` is run, resume, yes or no; `time` in seconds since 1970, `by` as `ana@db1`.

    `about` are the params and the trigger of a start, the task of an answer; `source` and `digest` what the flow was.
    """

    time: float
    by: str | None
    what: str
    flow: str
    run: str
    about: str
    source: str | None
    digest: str | None

    def as_json(self) -> dict[str, Any]:
        """As `flowc runs audit --json` says it."""
        return asdict(self)


def deeds(runs: Path) -> list[Deed]:
    """All that the records of the runs in a folder tell, the latest first."""
    found = (each for journal in runs.glob("*/journal") for each in _of_run(read(journal)))
    return sorted(found, key=lambda deed: deed.time, reverse=True)


def _of_run(records: Iterable[Record]) -> Iterator[Deed]:
    head: Record = {}
    for record in records:
        match record["event"]:
            case "run":
                head = record
                yield _deed(head, record, "run", f"{compact(record['params'])} ({record['trigger']})")
            case "resume":
                head = {**head, **record}
                yield _deed(head, record, "resume", "")
            case "answer":
                yield _deed(
                    head, record, "yes" if record["yes"] else "no", label(record["task"], tuple(record["index"]))
                )
            case _:
                pass


def _deed(head: Record, record: Record, what: str, about: str) -> Deed:
    source, digest = head.get("source") or None, head.get("digest") or None
    return Deed(record["time"], record.get("by"), what, head["flow"], head["run"], about, source, digest)
