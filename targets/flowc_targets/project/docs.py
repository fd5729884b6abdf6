"""What a flow is for and where it is written: the text about it that an engine shows."""

from __future__ import annotations

from flowc.ir.graph import Graph


def said_of(graph: Graph) -> str:
    """The flow's own text, and its source."""
    return f"{text_of(graph)}\n\n{source_of(graph)}"


def with_groups(graph: Graph) -> str:
    """The same with what the user said of groups, for engines that have none."""
    said = [f"{group.name}: {' '.join(group.doc.split())}" for group in graph.groups if group.doc.strip()]
    return "\n\n".join([text_of(graph), *said, source_of(graph)])


def text_of(graph: Graph) -> str:
    """What the user said of it, or its name."""
    return graph.doc.strip() or f"The flow {graph.name}."


def source_of(graph: Graph) -> str:
    """One line, in Markdown as engines show it."""
    return f"Source: `{graph.origin.file}`, line {graph.origin.line}."
