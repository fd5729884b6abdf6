"""Assets as Prefect names them: `warehouse://orders`, with no sign in it that Prefect refuses."""

from __future__ import annotations

import re

from flowc.ir.graph import Graph
from flowc.target.code import Code, needing
from flowc.target.literals import literal, string

MOST = 2500
"""The signs that a description of an asset may have."""


def asset_key(name: str, graph: Graph) -> str:
    """The key of an asset: its connection, or `file`, and where it is there."""
    known = graph.find_asset(name)
    scheme = (known.connection if known else None) or "file"
    where = (known.locator if known else None) or name
    return f"{scheme.replace('_', '-')}://{re.sub(r'[^A-Za-z0-9_./-]+', '_', where).strip('/')}"


def written_asset(name: str, graph: Graph) -> Code:
    """An asset as who writes it tells of it: its key alone, or with what the source says of it."""
    known, key = graph.find_asset(name), string(asset_key(name, graph))
    if known is None or not (known.doc or known.owner):
        return Code(key)
    said = [f"name={string(name)}"]
    said += [f"description={string(known.doc.strip()[:MOST])}"] if known.doc else []
    said += [f"owners={literal([known.owner])}"] if known.owner else []
    text = f"Asset(key={key}, properties=AssetProperties({', '.join(said)}))"
    return needing(Code(text), "prefect.assets", "Asset", "AssetProperties")
