"""Names that nobody may give: `run`, and those that begin as what flowc itself adds (FLOW209)."""

from __future__ import annotations

from flowc.diagnostics import Problems
from flowc.source import Span

OURS = "flowc_"


def is_reserved(name: str) -> bool:
    """Whether the name is kept for a run, or for what flowc adds."""
    return name == "run" or name.startswith(OURS)


def report_reserved(name: str, span: Span, problems: Problems) -> None:
    """FLOW209, with a name that is free."""
    if name == "run":
        why, other = "`run` is the run itself: `run.at`, `run.id`", "`start`"
    else:
        why = f"`{name}` begins with `{OURS}`, as what flowc adds to an engine's project does"
        other = f"`{name.removeprefix(OURS) or 'task'}`"
    problems.add("FLOW209", why, span, helps=(f"give it another name, such as {other}",))
