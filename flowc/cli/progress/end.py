"""What is said when a run has ended: how, how long it took, what it gave, what failed and where to look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flowc.cli.paths import shown
from flowc.cli.progress.live import duration
from flowc.cli.progress.state import Progress

_SHOWN = 20


def summary(
    progress: Progress, flow: str, *, outcome: str, error: str | None, outputs: str | None, seconds: float, logs: Path
) -> str:
    """Ends with a newline."""
    lines = [f"{flow} {outcome} after {duration(seconds)}, run {progress.run}"]
    lines += _failures(progress, logs)
    if error and not any(progress.failures()):
        lines.append(f"  {error}")
    if outputs is not None:
        lines.append(f"  returned {outputs}")
    if outcome != "succeeded":
        lines.append(f"  more: flowc runs show {progress.run}")
        lines.append(f"  go on where it stopped: --resume {progress.run}")
    return "\n".join(lines) + "\n"


def _failures(progress: Progress, logs: Path) -> Iterator[str]:
    failed = list(progress.failures())
    for name, end in failed[:_SHOWN]:
        yield f"  {name} failed: {' '.join((end.message or 'without a message').split())}"
        log = logs / f"{name}.{end.attempts}.log"
        if log.is_file():
            yield f"    printed: {shown(log)}"
    if len(failed) > _SHOWN:
        yield f"  and {len(failed) - _SHOWN} more"
