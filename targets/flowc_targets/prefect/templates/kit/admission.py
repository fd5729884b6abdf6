"""How many runs of a flow there are at once: one that a task starts counts among those of the flow's deployment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound

from .attempts import Skip
from .pools import holding, taken


@contextmanager
def admitted(flow: str, max_runs: int, *, drops: bool = False) -> Iterator[None]:
    """Have one of so many places, once there is one; with `drops` the task is skipped where there is none now."""
    name = _limit(flow, max_runs)
    if not drops:
        with holding(name):
            yield
        return
    held = taken(name)
    if held is None:
        raise Skip(f"{max_runs} runs of {flow} are going on: this one is dropped")
    with held:
        yield


def _limit(flow: str, max_runs: int) -> str:
    """The concurrency limit that the server holds the deployment's runs to; one of our own where none is deployed."""
    own = f"flow:{flow}"
    with get_client(sync_client=True) as client:
        try:
            known = client.read_deployment_by_name(f"{flow}/{flow}").global_concurrency_limit
        except ObjectNotFound:
            known = None
        if known is not None:
            return known.name
        client.upsert_global_concurrency_limit_by_name(own, max_runs)
    return own
