"""Questions to people: an answer is an input of the flow run, and an artifact on its page says how to give it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.context import TaskRunContext

from .errors import TaskFailure
from .facts import flow_run
from .masks import masked
from .waits import wait_for

_ANSWER = re.compile(r"(yes|no)(?:\s+by\s+(.+))?", re.IGNORECASE)


class Refused(TaskFailure):
    """Somebody has said no."""


def wait_for_approval(
    text: str, *, poll: timedelta, by: Sequence[str] | None = None, timeout: timedelta | None = None
) -> None:
    """Ask, then look for the answer."""
    run, key = flow_run().id, f"approval-{re.sub(r'[^A-Za-z0-9]+', '-', _task()).strip('-')}"
    text = masked(text)
    whom = f" It is {' or '.join(by)} who may answer." if by else ""
    url, body = f"$PREFECT_API_URL/flow_runs/{run}/input", f'{{"key": "{key}", "value": "yes by NAME"}}'
    create_markdown_artifact(
        f"**{text}**{whom}\n\nAnswer with `yes by NAME` or `no by NAME`:\n\n"
        f"```sh\ncurl -X POST {url} -H 'Content-Type: application/json' \\\n  -d '{body}'\n```",
        key=f"{key.lower()}-{run}",
        description=text,
    )

    def is_approved() -> bool:
        said = _answer(run, key)
        found = _ANSWER.fullmatch(said.strip()) if said is not None else None
        if found is None or (by and found[2] not in by):
            return False
        if found[1].lower() == "no":
            raise Refused(f"refused by {found[2] or 'somebody'}")
        return True

    wait_for(is_approved, poll=poll, timeout=timeout)


def _answer(run: UUID, key: str) -> str | None:
    """What was said; it is taken away, so that another attempt asks anew."""
    with get_client(sync_client=True) as client:
        found = [
            each for each in client.filter_flow_run_input(run, key, limit=50, exclude_keys=set()) if each.key == key
        ]
        if not found:
            return None
        client.delete_flow_run_input(run, key)
    return str(found[0].value)


def _task() -> str:
    context = TaskRunContext.get()
    assert context, "a task asks"
    return context.task_run.name
