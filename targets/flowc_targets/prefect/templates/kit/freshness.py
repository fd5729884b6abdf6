"""How old assets are: told by an artifact, and by a flow run that fails while one of them is late."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import cast

from prefect.artifacts import Artifact, create_table_artifact

from .assets import last_write
from .texts import datetime_text, duration_text


class Late(Exception):
    """Assets are older than they may be."""


def look(name: str, assets: Mapping[str, tuple[str, timedelta]]) -> list[str]:
    """The assets that were written; Late where one of them is too old. Each has its key, and how old it may be.

    When each was written is kept as an artifact, for Prefect's server keeps events for some days only.
    """
    artifact = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    before = _kept(artifact)
    now = {asset: last_write(key) or before.get(asset) for asset, (key, _) in assets.items()}
    written = {asset: at for asset, at in now.items() if at is not None}
    if written != before:
        table = [{"asset": asset, "written": at.isoformat()} for asset, at in written.items()]
        create_table_artifact(table, key=artifact, description="When assets were written last.")
    moment = datetime.now(timezone.utc)
    late = [_said(asset, at, assets[asset][1]) for asset, at in written.items() if moment - at > assets[asset][1]]
    if late:
        raise Late("; ".join(late))
    return sorted(written)


def _said(asset: str, at: datetime, allowed: timedelta) -> str:
    return f"{asset} is late: it was written at {datetime_text(at)}, and may be {duration_text(allowed)} old"


def _kept(artifact: str) -> dict[str, datetime]:
    found = cast("Artifact | None", Artifact.get(artifact))  # in a flow that is not async it waits for the answer
    rows = json.loads(str(found.data or "[]")) if found else []
    return {row["asset"]: datetime.fromisoformat(row["written"]) for row in rows}
