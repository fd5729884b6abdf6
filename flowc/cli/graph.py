"""`flowc graph`: a flow as a picture or as rows, and where it would be split."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import click

from flowc.cli import report
from flowc.cli.choosing import flow_named, only, target_named
from flowc.cli.compiling import compile_one

if TYPE_CHECKING:
    from flowc.compiler import Division
    from flowc.ir.graph import Graph

Form = Literal["rows", "mermaid", "dot"]


@click.command("graph")
@click.argument("path", metavar="FILE")
@click.option("--flow", metavar="NAME", help="This flow and those that it runs alone.")
@click.option("--split", "most", type=click.IntRange(1), metavar="N", help="In parts of at most N tasks.")
@click.option("--target", "name", metavar="T", help="In the parts that a project for this target would have.")
@click.option("--format", "form", type=click.Choice(("rows", "mermaid", "dot")), default="rows", help="[rows]")
@click.option("--profile", metavar="P", help="With the settings of this profile.")
def command(path: str, flow: str | None, most: int | None, name: str | None, form: Form, profile: str | None) -> int:
    """Draw a flow: who waits for whom, and where it would be split.

    \b
    rows     each task in the row behind all that it waits for
    mermaid  as Mermaid reads it, as in Markdown
    dot      as Graphviz reads it
    """
    from flowc.compiler import division

    if name is not None and most is not None:
        raise click.UsageError("`--split` and `--target` both say how large a part may be: give one.")
    nests = False
    if name is not None:
        target = target_named(name)
        most, nests = target.most_tasks or sys.maxsize, target.nests
    compilation = compile_one(path, profile=profile, flow=flow)
    if compilation.program is None:
        return report.exit_code(compilation.diagnostics)
    program = compilation.program
    if flow is not None:
        program = only(program, flow_named(compilation.mains, flow))
    show = {"rows": _rows, "mermaid": _mermaid, "dot": _dot}[form]
    for graph in program.graphs:
        click.echo("\n".join(show(graph, None if most is None else division(graph, most, nests=nests))))
    return 0


# ------------------------------------------------------------------ rows


def _rows(graph: Graph, found: Division | None) -> Iterator[str]:
    from flowc.ir.view import between_tasks

    arrows = between_tasks(graph)
    levels = _levels(arrows)
    edges = sum(len(ups) for ups in arrows.values())
    deep = max(levels.values(), default=0)
    yield f"{graph.name}: {report.counted(len(arrows), 'task')}, {report.counted(edges, 'arrow')}, {deep} deep"
    if found is None or not found.parts:
        if found is not None:
            yield f"  stays whole: {found.why}"
        rows: dict[int, list[str]] = {}
        for name, level in levels.items():
            rows.setdefault(level, []).append(name)
        yield from (f"  {level:>3}  {', '.join(rows[level])}" for level in sorted(rows))
        return
    wide = max(len(part.name) for part in found.parts)
    for part in found.parts:
        after = f"  after {', '.join(part.ups)}" if part.ups else ""
        yield f"  {part.name:{wide}}  {report.counted(len(part.members), 'task')}: {_shortened(part.members)}{after}"
    yield (
        f"  {report.counted(found.crossing, 'arrow')} of {found.edges:,} lead from part to part, {found.handed_over:,} "
        f"outcomes are handed over; {found.depth[1]} deep as parts, {found.depth[0]} as a whole"
    )


def _levels(arrows: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """The row of each task, from 1, in the flow's order."""
    from flowc.ir.view import order

    found: dict[str, int] = {}
    for _, name in order({("node", name): tuple(("node", up) for up in ups) for name, ups in arrows.items()}):
        found[name] = 1 + max((found[up] for up in arrows[name]), default=0)
    return {name: found[name] for name in arrows}


def _shortened(names: Sequence[str], most: int = 8) -> str:
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


# ------------------------------------------------------------------ pictures


def _mermaid(graph: Graph, found: Division | None) -> Iterator[str]:
    numbers = {node.name: f"t{number}" for number, node in enumerate(graph.nodes)}
    yield f"---\ntitle: {graph.name}\n---\nflowchart LR"
    for part, inside in _grouped(graph, found):
        yield from [f'  subgraph {part}["{part}"]'] if part else []
        yield from (f'    {numbers[name]}["{name}"]' for name in inside)
        yield from ["  end"] if part else []
    for up, name, crosses in _edges(graph, found):
        yield f"  {numbers[up]} {'==>' if crosses else '-->'} {numbers[name]}"


def _dot(graph: Graph, found: Division | None) -> Iterator[str]:
    yield f'digraph "{graph.name}" {{\n  rankdir=LR;\n  node [shape=box];'
    for part, inside in _grouped(graph, found):
        yield from [f'  subgraph "cluster_{part}" {{\n    label="{part}";'] if part else []
        yield from (f'    "{name}";' for name in inside)
        yield from ["  }"] if part else []
    for up, name, crosses in _edges(graph, found):
        yield f'  "{up}" -> "{name}"{" [style=bold]" if crosses else ""};'
    yield "}"


def _grouped(graph: Graph, found: Division | None) -> Iterator[tuple[str, Sequence[str]]]:
    """The parts with their tasks, and what is in none."""
    parts = found.parts if found else ()
    inside = {name for part in parts for name in part.members}
    yield from ((part.name, part.members) for part in parts)
    yield "", [node.name for node in graph.nodes if node.name not in inside]


def _edges(graph: Graph, found: Division | None) -> Iterator[tuple[str, str, bool]]:
    """Who is waited for, who waits, and whether that leads from part to part."""
    from flowc.ir.view import between_tasks

    home = {name: part.name for part in found.parts for name in part.members} if found else {}
    for name, ups in between_tasks(graph).items():
        yield from ((up, name, home.get(up) != home.get(name)) for up in ups)
