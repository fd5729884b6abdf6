"""`{{ ds }}` in a string: the template language of other tools, which is only text here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flowc.diagnostics import CODES, Diagnostic, Edit
from flowc.source import Part, Source, Span

_JINJA = re.compile(r"\{\{-?[ \t]*(?P<name>[A-Za-z_][\w.]*)(?P<rest>[^{}\n]*)\}\}|\{%-?[ \t]*\w+[^{}\n]*%\}", re.ASCII)
_MEANT = {
    "ds": "run.date",
    "ds_nodash": 'run.date.format("%Y%m%d")',
    "ts": "run.at",
    "execution_date": "run.at",
    "logical_date": "run.at",
    "data_interval_start": "run.at",
    "run_id": "run.id",
    "dag_run.run_id": "run.id",
    "dag.dag_id": "run.flow",
}


def warnings(source: Source | Part, text: str, start: int) -> Iterator[Diagnostic]:
    """One for each template in `text`, which stands at `start`."""
    for found in _JINJA.finditer(text):
        place = Span(source, start + found.start(), start + found.end())
        name, plain = found["name"] or "", not (found["rest"] or "").strip(" \t-")
        meant = _MEANT.get(name) if plain else None
        if plain and name.startswith("params."):
            meant = name.removeprefix("params.")
        yield Diagnostic(
            CODES["FLOW114"],
            f"`{found[0]}` is passed on as text",
            place,
            helps=(f"write  #{{{meant}}}",) if meant else ("the value of a name is written  #{name}",),
            notes=('a raw string says that it is meant so:  r"..."',),
            edits=(Edit(place, f"#{{{meant}}}"),) if meant else (),
        )
