"""The assets that flows read and write, as Dagster's catalogue knows them: ops tell when they have written one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flowc.ir.actions import WaitApproval
from flowc.ir.graph import Asset, Graph, Node, Program
from flowc.ir.partitions import partitions_written
from flowc.ir.triggers import Windows
from flowc.target.literals import literal, string
from flowc_targets.dagster.names import KIT
from flowc_targets.dagster.options import is_partitioned, job_name, op_ids
from flowc_targets.project.backfills import SCRIPT, constants


def asset_specs(program: Program, package: str) -> Iterator[str]:
    """The lines of the module of assets in a package; none where no task names one."""
    known: dict[str, Asset] = {}
    above: dict[str, set[str]] = {}
    for graph in program.graphs:
        known |= {asset.name: asset for asset in graph.assets}
        for node in graph.nodes:
            for write in node.writes:
                above.setdefault(write.asset, set()).update(set(node.reads) - {write.asset})
            for name in node.reads:
                above.setdefault(name, set())
        for asset in graph.assets:
            if asset.freshness is not None:
                above.setdefault(asset.name, set())
    asked = [(job_name(graph), id_, node) for graph in program.graphs for id_, node in _approvals(graph)]
    if not above and not asked:
        return
    yield '"""The assets that the jobs of this project read and write."""'
    yield ""
    if any(name in known and known[name].freshness for name in above):
        yield "from datetime import timedelta"
        yield ""
    yield "import dagster as dg"
    parted = _partitioned(program)
    if parted:
        yield ""
        yield f"from {package}.{SCRIPT} import {', '.join(sorted(set(parted.values())))}"
        yield f"from {package}.{KIT}.partitioned import partitions_of"
    for name in sorted(above):
        yield ""
        yield from _spec(name, known.get(name), sorted(above[name]), parted.get(name))
    for job, id_, node in asked:
        variable = "".join(char if char.isalnum() else "_" for char in f"approval_{job}_{id_}")
        said = f"What is said to `{node.name}` of {job}: by the description `yes RUN by NAME`, or `no`."
        yield ""
        key = f"dg.AssetKey({literal(['approval', job, id_])})"
        yield f"{variable} = dg.AssetSpec(key={key}, description={string(said)})"


def _approvals(graph: Graph) -> Iterator[tuple[str, Node]]:
    """The ops that ask people, and what they are of."""
    ids = op_ids(graph)
    yield from ((ids[node.name], node) for node in graph.nodes if isinstance(node.action, WaitApproval))


def asset_key(name: str) -> str:
    """The key of an asset, as source: one part for each of the name's."""
    parts = name.split(".")
    return f"dg.AssetKey({literal(parts) if len(parts) > 1 else string(name)})"


def _owner(said: str) -> str:
    """Dagster's owners are addresses of e-mail, or teams."""
    return said if said.startswith("team:") or re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", said) else f"team:{said}"


def _partitioned(program: Program) -> dict[str, str]:
    """The assets that a job with Dagster's partitions writes in its own, with what its backfills are called by.

    Hours stand in its keys otherwise than in ours.
    """
    called = constants(program)
    return {
        name: called[graph.name]
        for graph in program.graphs
        if isinstance(graph.partition, Windows) and graph.partition.unit != "hour" and is_partitioned(graph)
        for node in graph.nodes
        for name in partitions_written(node, graph)
    }


def _spec(name: str, asset: Asset | None, above: list[str], flow: str | None) -> Iterator[str]:
    variable = "".join(char if char.isalnum() else "_" for char in name)
    given = [f"key={asset_key(name)}"]
    if asset is not None:
        if asset.doc.strip():
            given.append(f"description={string(asset.doc.strip())}")
        if asset.owner:
            given.append(f"owners={literal([_owner(asset.owner)])}")
        if _place(asset):
            given.append(f"metadata={literal(_place(asset))}")
        if asset.tags:
            given.append(f"tags={literal(dict.fromkeys(asset.tags, ''))}")
        if asset.freshness is not None:
            window = f"fail_window={literal(asset.freshness)}"
            given.append(f"freshness_policy=dg.FreshnessPolicy.time_window({window})")
    if flow is not None:
        given.append(f"partitions_def=partitions_of({flow}.partition)")
    if above:
        given.append(f"deps=[{', '.join(map(asset_key, above))}]")
    yield f"{variable} = dg.AssetSpec({', '.join(given)})"


def _place(asset: Asset) -> dict[str, str]:
    told = {"connection": asset.connection, "locator": asset.locator}
    return {name: value for name, value in told.items() if value}
