"""The assets that flows read and write, as Dagster's catalogue knows them: ops tell when they have written one."""

from __future__ import annotations

from collections.abc import Iterator

from flowc.ir.graph import Asset, Program
from flowc.target.literals import literal, string


def asset_specs(program: Program) -> Iterator[str]:
    """The lines of the module of assets; none where no task names one."""
    known: dict[str, Asset] = {}
    above: dict[str, set[str]] = {}
    for graph in program.graphs:
        known |= {asset.name: asset for asset in graph.assets}
        for node in graph.nodes:
            for write in node.writes:
                above.setdefault(write.asset, set()).update(set(node.reads) - {write.asset})
            for name in node.reads:
                above.setdefault(name, set())
    if not above:
        return
    yield '"""The assets that the jobs of this project read and write."""'
    yield ""
    yield "import dagster as dg"
    for name in sorted(above):
        yield ""
        yield from _spec(name, known.get(name), sorted(above[name]))


def asset_key(name: str) -> str:
    """The key of an asset, as source: one part for each of the name's."""
    parts = name.split(".")
    return f"dg.AssetKey({literal(parts) if len(parts) > 1 else string(name)})"


def _spec(name: str, asset: Asset | None, above: list[str]) -> Iterator[str]:
    variable = "".join(char if char.isalnum() else "_" for char in name)
    given = [f"key={asset_key(name)}"]
    if asset is not None:
        if asset.doc.strip():
            given.append(f"description={string(asset.doc.strip())}")
        if asset.owner:
            given.append(f"metadata={literal({'owner': asset.owner, **_place(asset)})}")
        elif _place(asset):
            given.append(f"metadata={literal(_place(asset))}")
        if asset.tags:
            given.append(f"tags={literal(dict.fromkeys(asset.tags, ''))}")
    if above:
        given.append(f"deps=[{', '.join(map(asset_key, above))}]")
    yield f"{variable} = dg.AssetSpec({', '.join(given)})"


def _place(asset: Asset) -> dict[str, str]:
    told = {"connection": asset.connection, "locator": asset.locator}
    return {name: value for name, value in told.items() if value}
