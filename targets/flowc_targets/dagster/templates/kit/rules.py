"""Whether a task runs, from what all that it waits for came to. A failure counts for more than a skip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .outcomes import FAILED, SKIPPED, SUCCEEDED, Absent, Block, Element, Outcome, Skip


@dataclass(frozen=True)
class Checked:
    """A task, or several, together with the checks that judge it: it is as bad as the worst of them."""

    task: Outcome | Group
    checks: tuple[Outcome, ...]

    @property
    def colour(self) -> int:
        """What it is to who waits for it."""
        return max([self.task.colour, *(check.verdict for check in self.checks)])

    @property
    def value(self) -> Any:
        """The value of the task, unless a check says skip."""
        is_skipped = any(check.verdict == SKIPPED for check in self.checks)
        return None if is_skipped or isinstance(self.task, Group) else self.task.value


@dataclass(frozen=True)
class Group:
    """Tasks as one: failed if any has failed, skipped if there are instances and all were skipped."""

    tasks: tuple[Outcome, ...]

    @property
    def colour(self) -> int:
        """What it is to who waits for it."""
        if FAILED in (task.colour for task in self.tasks):
            return FAILED
        instances = [each.colour for task in self.tasks for each in _instances(task)]
        return SKIPPED if instances and set(instances) == {SKIPPED} else SUCCEEDED


Upstream = Outcome | Checked | Group


def _instances(task: Outcome) -> tuple[Outcome, ...]:
    return (task,) if task.instances is None else task.instances


def checked(task: Outcome | Group, *checks: Outcome) -> Checked:
    """A task and its checks as one."""
    return Checked(task, checks)


def group(*tasks: Outcome) -> Group:
    """Tasks as one."""
    return Group(tasks)


def require(*tasks: Upstream) -> None:
    """All of these must have succeeded: a failed one blocks, a skipped one skips."""
    decide(requires=tasks)


def decide(
    *,
    requires: Iterable[Upstream] = (),
    accepts: Iterable[Upstream] = (),
    any_of: Iterable[Sequence[Upstream]] = (),
    any_failed: Iterable[Sequence[Upstream]] = (),
    arms: Iterable[tuple[Outcome, int]] = (),
    inside: Element | None = None,
) -> None:
    """Return if the task has to run; Block or Skip if not.

    `requires`: must have succeeded. `accepts`: may be skipped. `any_of`: one of them must not be skipped, none may have
    failed. `any_failed`: one of them must have failed. `arms`: decisions, and the number of the arm to be chosen.
    `inside`: the element, which tells whether the loop was entered.
    """
    required, chosen = list(requires), list(arms)
    joins = [list(join) for join in any_of]
    needed = [*required, *accepts, *(task for join in joins for task in join), *(decision for decision, _ in chosen)]
    blame = [name_of(task) for task in needed if task.colour == FAILED]
    blame += ["the loop's list"] if inside is not None and inside.why == "blocked" else []
    if blame:
        raise Block(f"failed or blocked: {', '.join(dict.fromkeys(blame))}")
    if inside is not None and inside.why:
        raise Skip("the loop was not entered")
    skipped = [name_of(task) for task in required if task.colour == SKIPPED]
    skipped += [" and ".join(map(name_of, join)) for join in joins if all(task.colour == SKIPPED for task in join)]
    if skipped:
        raise Skip(f"skipped: {', '.join(skipped)}")
    for tasks in any_failed:
        if FAILED not in [task.colour for task in tasks]:
            raise Skip("nothing has failed")
    for decision, arm in chosen:
        if decision.colour == SKIPPED or decision.value != arm:
            raise Skip(f"{decision.task} chose otherwise")


def name_of(task: Upstream) -> str:
    """How a task is called where people read it."""
    if isinstance(task, Checked):
        return name_of(task.task)
    if isinstance(task, Group):
        return " and ".join(each.task for each in task.tasks) or "nothing"
    return task.task


def fell_back(task: Outcome) -> None:
    """Let a fallback run: only where its task has failed by itself."""
    if task.state != "failed":
        raise Absent(f"{task.task} needs no fallback")


def result_of(task: Outcome, fallback: Outcome) -> Outcome:
    """What a task or else its fallback came to."""
    if task.state == "failed" and fallback.colour == SUCCEEDED:
        return replace(task, state="recovered", value=fallback.value)
    return task
