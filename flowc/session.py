"""Checking text after text of one project, as an editor does: what has not changed is not read again.

    session = Session()
    session.check([(path, Source("nightly.flow", text))]).diagnostics

gives just what `compile_sources` gives, in a fraction of the time where the text before was nearly the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrs import define, evolve, field

from flowc.compiler import Compilation, check_sources, finished, kinds_offered, uncollected
from flowc.diagnostics import Diagnostic, Edit, Label, Problems
from flowc.kinds import Kind
from flowc.sema.past import Past
from flowc.source import Source, Span
from flowc.syntax import ast
from flowc.syntax.memory import Memory
from flowc.syntax.parse import parse


@define(eq=False)
class Session:
    """Remembers what it read of the texts before, by what stands in them.

    Files that are not given (imports, Python, `flow.toml`) are looked at on the disk each time. A compilation is good
    until the next check: what is taken over from it moves to where it stands then. Its diagnostics stay as they are.
    """

    profile: str | None = None
    _memories: dict[str, Memory] = field(factory=dict[str, Memory])
    _past: Past = field(factory=Past)
    _kinds: dict[str, Kind] = field(factory=kinds_offered)

    def check(self, sources: Sequence[tuple[Path, Source]]) -> Compilation:
        """What there is to tell of these files of one project, and their graphs; `program` is not made yet."""
        with uncollected():
            checked = check_sources(
                sources, profile=self.profile, parse=self._parse, past=self._past, kinds=self._kinds
            )
        return evolve(checked, diagnostics=tuple(_settled(each) for each in checked.diagnostics))

    def compile(self, sources: Sequence[tuple[Path, Source]]) -> Compilation:
        """The same with the program, as `compile_sources` gives it."""
        return finished(self.check(sources))

    def _parse(self, source: Source, problems: Problems) -> ast.File:
        memory = self._memories.setdefault(source.path, Memory())
        file, found = parse(source, memory)
        self._past.texts[source.path] = memory.text
        problems.extend(found)
        return file


def _settled(diagnostic: Diagnostic) -> Diagnostic:
    """With places that stay where they are."""
    return evolve(
        diagnostic,
        span=_fixed(diagnostic.span) if diagnostic.span else None,
        related=tuple(Label(_fixed(label.span), label.text) for label in diagnostic.related),
        edits=tuple(Edit(_fixed(edit.span), edit.text) for edit in diagnostic.edits),
    )


def _fixed(span: Span) -> Span:
    return Span(span.source, span.start, span.end)
