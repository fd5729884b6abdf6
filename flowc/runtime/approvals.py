"""Questions that runs put to people, and the answers: a question stands in the run's journal, its answer beside it.

Who answers may be another process: the file is made whole, and the first answer counts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import TaskFailure, UsageError
from .journal import Record, read
from .pools import file_name

_FOLDER = "answers"


class Refused(TaskFailure):
    """Somebody has said no."""


@dataclass(frozen=True)
class Question:
    """What an instance waits for: its text, and who is asked (empty: anybody)."""

    task: str
    index: tuple[int, ...]
    text: str
    by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The instance as traces call it."""
        return self.task + (f"[{','.join(map(str, self.index))}]" if self.index else "")


@dataclass(frozen=True)
class Answer:
    """Yes or no, and whose it is."""

    is_yes: bool
    by: str


def open_questions(records: Iterable[Record]) -> list[Question]:
    """The questions of a run that nobody has answered yet, by its journal."""
    found: dict[tuple[str, tuple[int, ...]], Question] = {}
    for record in records:
        if record["event"] in ("finish", "resume"):
            found.clear()
        elif "task" in record:
            key = (record["task"], tuple(record["index"]))
            if record["event"] == "ask":
                found[key] = Question(*key, record["text"], tuple(record["by"]))
            elif record["event"] in ("failure", "end"):
                found.pop(key, None)
    return list(found.values())


def answer(folder: Path, question: Question, said: Answer) -> None:
    """Answer a question of the run in that folder; UsageError for somebody who is not asked, or who comes too late."""
    if question.by and said.by not in question.by:
        raise UsageError(f"{question.name} asks {', '.join(question.by)}, and not {said.by}")
    place = _place(folder, question.name)
    place.parent.mkdir(exist_ok=True)
    made = place.with_name(f".{os.urandom(6).hex()}")
    made.write_text(json.dumps({"yes": said.is_yes, "by": said.by}, ensure_ascii=False), "utf-8")
    try:
        os.link(made, place)
    except FileExistsError:
        raise UsageError(f"{question.name} was answered already") from None
    finally:
        made.unlink()


def answer_one(folder: Path, task: str | None, said: Answer) -> Question:
    """Answer what a run asks: the one thing, or the one that is named as in traces. UsageError where it does not."""
    asked = [question for question in open_questions(read(folder / "journal")) if task in (None, question.name)]
    if len(asked) != 1:
        named = ", ".join(question.name for question in asked)
        which = f"asks several things: {named}" if asked else f"does not ask for {task or 'anything'}"
        raise UsageError(f"run {folder.name} {which}")
    answer(folder, asked[0], said)
    return asked[0]


def take(folder: Path, name: str) -> Answer | None:
    """The answer that an instance has been given, which is used up by it; None where there is none yet."""
    place = _place(folder, name)
    try:
        said: dict[str, Any] = json.loads(place.read_text("utf-8"))
    except FileNotFoundError:
        return None
    place.unlink()
    return Answer(said["yes"], said["by"])


def _place(folder: Path, name: str) -> Path:
    return folder / _FOLDER / file_name(name)
