"""What looks how old assets are: a flow of its own, which fails while one of them is late."""

from __future__ import annotations

from flowc.ir.digest import digest
from flowc.ir.graph import Program
from flowc.target.literals import literal, string
from flowc.target.naming import variable
from flowc_targets.prefect.assets import asset_key
from flowc_targets.prefect.model import FlowFile, Function, Line
from flowc_targets.prefect.names import KIT
from flowc_targets.prefect.triggers import Looking
from flowc_targets.project.freshness import ages, period, told_in


def freshness(program: Program) -> Looking | None:
    """That flow; None where no asset says how old it may be."""
    found = ages(program)
    if not found:
        return None
    graphs = told_in(program)
    keys = {asset.name: asset_key(asset.name, graph) for graph in graphs for asset in graph.assets}
    project = variable(program.project)
    own, name = f"{project}_freshness", f"{project}-freshness"
    given = [f"{string(asset)}: ({string(keys[asset])}, {literal(age)})" for asset, age in found.items()]
    doc = "Looks how old assets are, and fails while one of them is late."
    file = FlowFile(
        path=f"flows/{own}.py",
        name=name,
        function=Function(own, (f"flow(name={string(name)})",), (), "list[str]", doc, "", ()),
        doc=doc,
        origin=", ".join(dict.fromkeys(graph.origin.file for graph in graphs)),
        digest=", ".join(digest(graph)[:12] for graph in graphs),
        imports=(
            "from datetime import timedelta",
            "",
            "from prefect import flow",
            "",
            f"from {KIT}.freshness import look",
        ),
        tasks=(),
        lines=(Line(f"return look({string(name)}, {{{', '.join(given)}}})"),),
    )
    return Looking(file, period(found))
