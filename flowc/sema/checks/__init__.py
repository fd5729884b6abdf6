"""What is judged once names and types are known: one file a subject, in the order of the pipeline."""

from __future__ import annotations

from collections.abc import Sequence

from flowc.diagnostics import Problems
from flowc.sema import hir
from flowc.sema.analyse import Analysis
from flowc.sema.modules import Module


def check_module(module: hir.Module, analysis: Analysis, mains: Sequence[Module], problems: Problems) -> None:
    """Run every check; each reports what it finds."""
