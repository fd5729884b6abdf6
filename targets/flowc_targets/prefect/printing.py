"""Functions and lines as text.

Not in a template: a string of several lines must not be indented with the code around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowc.target.templates import doc
from flowc_targets.prefect.model import FlowFile, Function, Line

STEP = "    "


def source(flow: FlowFile) -> str:
    """The functions of the tasks, and the flow's own."""
    parts = [_function(function, function.body) for function in flow.tasks]
    return "\n\n".join("\n".join(part) + "\n" for part in [*parts, _function(flow.function, list(_block(flow.lines)))])


def _function(function: Function, body: Iterable[str]) -> list[str]:
    comment = f"  # {function.comment}" if function.comment else ""
    found = [f"@{decorator}" for decorator in function.decorators]
    found.append(f"def {function.name}({', '.join(function.parameters)}) -> {function.returns}:{comment}")
    if function.doc:
        found.append(STEP + doc(function.doc, len(STEP)))
    lines = list(body) or ([] if function.doc else ["pass"])
    return [*found, *(STEP + line if line else "" for line in lines)]


def _block(lines: Iterable[Line]) -> Iterator[str]:
    """Lines with the `with` statements around them, each opened once for those that follow each other."""
    around: tuple[str, ...] = ()
    for line in lines:
        same = 0
        while same < min(len(around), len(line.around)) and around[same] == line.around[same]:
            same += 1
        for depth in range(same, len(line.around)):
            yield f"{STEP * depth}with {line.around[depth]}:"
        around = line.around
        yield f"{STEP * len(around)}{line.text}{f'  # {line.comment}' if line.comment else ''}"
