"""A run on a terminal, drawn anew as it goes on: what has ended, what runs, what waits and why."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from flowc.cli.progress.lines import line
from flowc.cli.progress.state import Event, Progress

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live
    from rich.text import Text

_SHOWN = 8  # of those that run, and of those that wait: more would scroll
_STYLES = {"succeeded": "green", "recovered": "yellow", "skipped": "dim", "failed": "bold red", "blocked": "red"}
_SIGNS = {"succeeded": "✓", "recovered": "✓", "skipped": "-", "failed": "✗", "blocked": "✗"}
_SPIN = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class LiveView:
    """Draws a run while `with` lasts; call it with each event."""

    def __init__(self, progress: Progress, stream: TextIO) -> None:
        from rich.console import Console
        from rich.live import Live

        self.progress = progress
        self._console = Console(file=stream, highlight=False)
        self._live: Live = Live(console=self._console, get_renderable=self._drawn, refresh_per_second=8, transient=True)

    def __enter__(self) -> LiveView:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def __call__(self, event: Event) -> None:
        """What has ended scrolls by above the picture."""
        now = time.monotonic()
        mine = self.progress.take(event, now)
        if mine and event["event"] == "end":
            self._console.print(self._ended(event))
        elif event["event"] in ("problem", "warning") or (not mine and event["event"] == "finish"):
            self._console.print(line(event, self.progress, now) or "", style="dim", markup=False)

    def _ended(self, event: Event) -> Text:
        from rich.text import Text

        outcome: str = event["outcome"]
        end = self.progress.ended[event["task"]]
        text = Text(f"  {_SIGNS.get(outcome, '?')} ", style=_STYLES.get(outcome, ""))
        text.append(f"{event['task']}  {outcome}", style=_STYLES.get(outcome, ""))
        if end.attempts:
            text.append(f"  {duration(end.seconds)}", style="dim")
        if end.attempts > 1:
            text.append(f"  {end.attempts} attempts", style="dim")
        if end.message and outcome != "succeeded":
            text.append(f"  {end.message.strip().splitlines()[0]}" if end.message.strip() else "")
        return text

    def _drawn(self) -> RenderableType:
        from rich.console import Group

        return Group(*self._rows(time.monotonic()))

    def _rows(self, now: float) -> Iterator[Any]:
        from rich.text import Text

        progress = self.progress
        spin = _SPIN[int(now * 8) % len(_SPIN)]
        for name, attempt in list(progress.running.items())[:_SHOWN]:
            state = "pause after attempt" if attempt.is_pause else "attempt"
            which = f"  {state} {attempt.number}" if attempt.number > 1 or attempt.is_pause else ""
            yield Text.assemble((f"  {spin} ", "cyan"), name, (f"{which}  {duration(now - attempt.since)}", "dim"))
        yield from _more(len(progress.running) - _SHOWN, "running")
        waiting = list(progress.waiting())
        for name, why in waiting[:_SHOWN]:
            yield Text(f"  · {name}  {why}", style="dim")
        yield from _more(len(waiting) - _SHOWN, "waiting")
        counts = f"{len(progress.ended)} ended, {len(progress.running)} running, {len(waiting)} waiting"
        yield Text(f"  {counts}, {duration(now - progress.started)}", style="bold")


def _more(count: int, what: str) -> Iterator[Text]:
    from rich.text import Text

    if count > 0:
        yield Text(f"    and {count} more {what}", style="dim")


def duration(seconds: float) -> str:
    """`0.3s`, `2m 5s`, `3h 12m`."""
    if seconds < 60:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes}m {rest}s"
    return f"{minutes // 60}h {minutes % 60}m"
