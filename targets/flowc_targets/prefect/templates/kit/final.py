"""The state that a flow run ends in, where its tasks need no rules but Prefect's own."""

from __future__ import annotations

from typing import Any

from prefect import State
from prefect.futures import PrefectFuture, wait
from prefect.states import Completed, Failed


def final_state(*futures: PrefectFuture[Any]) -> State[Any]:
    """Completed if all task runs are, else Failed: what a flow returns does not tell by itself."""
    wait([*futures])
    bad = [future for future in futures if not future.state.is_completed()]
    if not bad:
        return Completed()
    return Failed(message=f"{len(bad)} of {len(futures)} task runs did not complete")
