"""What a flow looks like, kept beside its runs: they are looked at when the source is another one, or gone.

An outline is JSON: `flow`, `doc`, `source`, `digest`, `groups` by name with their members, and `tasks` in the flow's
order: `name`, `kind`, `phase`, `needs` (tasks and groups; what a condition or a loop around it waits for included),
and where they are said `doc`, `owner`, `fallback`; `inner` where it stands for a part, or `of` a task of another one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from .actions import OfPart
from .atomic import put
from .model import Need, Place, Task
from .parts import is_inner
from .plan import Plan

Outline = dict[str, Any]


def keep(state: Path, plan: Plan) -> str:
    """See to it that the outline of a flow is among the state's records; the name that finds it there."""
    text = json.dumps(outline(plan), ensure_ascii=False, separators=(",", ":"))
    name = sha256(text.encode()).hexdigest()[:16]
    path = _path(state, name)
    if not path.exists():
        put(path, text)
    return name


def read(state: Path, name: str) -> Outline | None:
    """The outline that was kept under a name; None where it is gone, or cannot be read."""
    try:
        found: Outline = json.loads(_path(state, name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def outline(plan: Plan) -> Outline:
    """What a flow looks like."""
    flow = plan.flow
    around = {place: _names(plan.at(place).needs) for task in flow.tasks for place in task.scope}
    return {
        "flow": flow.name,
        "doc": flow.doc,
        "source": flow.source,
        "digest": flow.digest,
        "groups": {group.name: list(group.members) for group in flow.groups},
        "tasks": [_task(task, around) for task in flow.tasks],
    }


def _task(task: Task, around: Mapping[Place, list[str]]) -> Outline:
    needs = dict.fromkeys([name for place in task.scope for name in around[place]] + _names(task.needs))
    said = {"doc": task.doc, "owner": task.facts.owner, "fallback": task.fallback, "inner": is_inner(task)}
    if isinstance(task.action, OfPart):
        said["of"] = task.action.task
    return {
        "name": task.name,
        "kind": type(task.action).__name__,
        "phase": task.phase,
        "needs": list(needs),
        **{name: value for name, value in said.items() if value},
    }


def _names(needs: Sequence[Need]) -> list[str]:
    """The tasks and groups that are waited for."""
    return [upstream.name for need in needs for upstream in need.upstreams]


def _path(state: Path, name: str) -> Path:
    return state / "outlines" / f"{name}.json"
