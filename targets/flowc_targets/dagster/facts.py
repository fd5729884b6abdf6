"""What is said of an op besides what it does: pool, priority, tags, what it reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowc.ir.actions import Check, Fail
from flowc.ir.expr import Lit
from flowc.ir.graph import Node, Override
from flowc.target.literals import literal, string
from flowc_targets.dagster.body import Body
from flowc_targets.dagster.model import Option
from flowc_targets.project.words import said


def facts(node: Node, body: Body) -> list[Option]:
    """The options of an op."""
    found: list[Option] = []
    if node.pool:
        _ = node.pool.slots  # all users of a pool take as many: its limit is counted in them
        found.append(Option("pool", string(pool_name(node.pool.name))))
    elif isinstance(node.lock, Lit):
        found.append(Option("pool", string(lock_pool(str(node.lock.value)))))
    tags = tags_of(node, body)
    if tags:
        found.append(Option("tags", literal(tags)))
    return found


def tags_of(node: Node, body: Body) -> dict[str, Any]:
    """What Dagster shows of an op, and what its executors and launchers go by."""
    tags: dict[str, Any] = {}
    if node.priority:
        tags["dagster/priority"] = str(node.priority)
    limits = [limit for loop in node.loops if (limit := body.job.graph.loop(loop).limit) is not None]
    if limits and not isinstance(node.action, Check | Fail):
        body.job.limits[body.step.id] = min(limits)
        tags["limit"] = body.step.id
    if node.owner:
        tags["owner"] = node.owner
    tags |= dict.fromkeys(node.tags, "")
    if node.reads:
        tags["reads"] = ", ".join(node.reads)
    if node.writes:
        tags["writes"] = ", ".join(dict.fromkeys(write.asset for write in node.writes))
    image = said(node.overrides, "dagster", "image")
    return tags | _pod(dict(node.resources.labels), resources=_resources(node), image=image)


def _resources(node: Node) -> dict[str, Any] | None:
    """Cores, bytes and devices as Kubernetes counts them."""
    asked = node.resources
    named = {"cpu": asked.cpu, "memory": asked.memory, asked.gpu_kind or "nvidia.com/gpu": asked.gpu}
    wanted = {name: str(value) for name, value in named.items() if value is not None}
    return {"requests": wanted, "limits": wanted} if wanted else None


def _pod(labels: Mapping[str, str], **settings: object) -> dict[str, Any]:
    """The tag by which Dagster's launchers and executors for Kubernetes make a pod and the container in it."""
    container = {name: value for name, value in settings.items() if value is not None}
    said = {"container_config": container, "pod_template_spec_metadata": {"labels": dict(labels)} if labels else {}}
    given = {name: value for name, value in said.items() if value}
    return {"dagster-k8s/config": given} if given else {}


def image_of(overrides: Iterable[Override]) -> dict[str, Any]:
    """The tag of a job that says in which image its runs are started."""
    return _pod({}, image=said(overrides, "dagster", "image"))


def pool_name(pool: str) -> str:
    """Pools of Dagster are named by letters, digits, `_`, `-`, `.` and `/`."""
    return "".join(char if char.isascii() and (char.isalnum() or char in "_-./") else "_" for char in pool)


def lock_pool(lock: str) -> str:
    """The pool of one slot that a lock is."""
    return f"lock/{pool_name(lock)}"
