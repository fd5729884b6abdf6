"""What a flow is for and where it is written: the text about it that an engine shows."""

from __future__ import annotations

from flowc.ir.graph import Graph


def said_of(graph: Graph) -> str:
    """The flow's own text, and its source."""
    return f"{graph.doc.strip() or f'The flow {graph.name}.'}\n\n{source_of(graph)}"


def source_of(graph: Graph) -> str:
    """One line, in Markdown as engines show it."""
    return f"Source: `{graph.origin.file}`, line {graph.origin.line}."
