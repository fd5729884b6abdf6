"""Assets as Prefect names them: `warehouse://orders`, with no sign in it that Prefect refuses."""

from __future__ import annotations

import re

from flowc.ir.graph import Graph


def asset_key(name: str, graph: Graph) -> str:
    """The key of an asset: its connection, or `file`, and where it is there."""
    known = graph.find_asset(name)
    scheme = (known.connection if known else None) or "file"
    where = (known.locator if known else None) or name
    return f"{scheme.replace('_', '-')}://{re.sub(r'[^A-Za-z0-9_./-]+', '_', where).strip('/')}"
