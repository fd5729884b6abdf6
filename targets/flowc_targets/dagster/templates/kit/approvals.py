"""Questions to people: an answer is a materialization that somebody reports, on Dagster's page or over its REST.

    approval/JOB/TASK   with the description   yes 1a2b3c4d by ann   or   no 1a2b3c4d

The run is told by the beginning of its id, at least eight letters of it; an element of a loop by its index behind that:
`yes 1a2b3c4d[2]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone

import dagster as dg

from .errors import TaskFailure
from .masks import masked
from .waits import wait_for

_ANSWER = re.compile(r"(yes|no)\s+([0-9a-f-]{8,36})(\[[0-9,]+\])?(?:\s+by\s+(.+))?", re.IGNORECASE)


class Refused(TaskFailure):
    """Somebody has said no."""


def wait_for_approval(
    context: dg.OpExecutionContext,
    text: str,
    *,
    poll: timedelta,
    by: Sequence[str] | None = None,
    index: int | Sequence[int] | None = None,
    timeout: timedelta | None = None,
) -> None:
    """Ask, then look for an answer that came since."""
    asset = dg.AssetKey(["approval", context.job_name, context.op_handle.name])
    levels = () if index is None else (index,) if isinstance(index, int) else tuple(index)
    element = f"[{','.join(map(str, levels))}]" if levels else ""
    began = datetime.now(timezone.utc).timestamp()
    said = f"yes {context.run_id[:8]}{element} by NAME"
    whom = f" of {', '.join(by)}" if by else ""
    key = asset.to_user_string()
    context.log.info(
        f"{masked(text)} The answer{whom} is a materialization of {key} with the description `{said}`, or with `no`: "
        f"POST /report_asset_materialization/{key} reports one."
    )

    def is_approved() -> bool:
        for is_yes, name in _answers(context, asset, began, element):
            if by and name not in by:
                continue
            if not is_yes:
                raise Refused(f"refused by {name or 'somebody'}")
            return True
        return False

    wait_for(is_approved, poll=poll, timeout=timeout)


def _answers(
    context: dg.OpExecutionContext, asset: dg.AssetKey, since: float, element: str
) -> Iterator[tuple[bool, str | None]]:
    """The answers to this run that came since, the oldest first: yes or no, and whose it is."""
    wanted = dg.AssetRecordsFilter(asset_key=asset, after_timestamp=since)
    for record in context.instance.fetch_materializations(wanted, limit=1000, ascending=True).records:
        told = record.asset_materialization
        found = _ANSWER.fullmatch((told.description or "").strip()) if told else None
        if found and context.run_id.startswith(found[2].lower()) and (found[3] or "") == element:
            yield found[1].lower() == "yes", found[4]
